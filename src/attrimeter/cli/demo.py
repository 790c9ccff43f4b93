"""``attrimeter demo``: the main job on rendered persons, in a few minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.options import Device
from attrimeter.cli.progress import progress_bars
from attrimeter.cli.terminal import say


def demo(
    out: Annotated[Path, typer.Option(help="The folder to write.")] = Path("attrimeter-demo"),
    device: Device = "cpu",
) -> None:
    """Do the whole job on rendered persons, in a few minutes.

    Renders persons, fits an interpreter live, explains pairs, evaluates, and writes a report page.
    """
    from attrimeter.workflows.demo import next_commands, run_demo

    with progress_bars() as make:
        report = run_demo(out, device=device, progress=make)
    say(f"The report is {report.resolve()}: open it in a browser.")
    say("Next, with a model and data of your own:")
    for command in next_commands():
        say(f"    {command}")
