"""``attrimeter demo``: the main job on rendered persons, in a few minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.options import Device


def demo(
    out: Annotated[Path, typer.Option(help="The folder to write.")] = Path("attrimeter-demo"),
    device: Device = "cpu",
) -> None:
    """Render persons, fit an interpreter live, explain pairs, evaluate, and write a report page."""
    from attrimeter.cli.fit_display import epoch_line
    from attrimeter.cli.progress import ERRORS, progress_bars
    from attrimeter.workflows.demo import DemoListener, next_commands, run_demo
    from attrimeter.workflows.fit_folder import FitListener

    with progress_bars() as make:
        report = run_demo(
            out,
            device=device,
            listener=DemoListener(
                on_step=lambda sentence: ERRORS.print(sentence, highlight=False, soft_wrap=True),
                on_rendered=make("rendering"),
                on_evaluated=make("evaluating"),
                on_trust=make,
                fit=FitListener(
                    on_maps=make("measuring edits"),
                    on_batch=make("fitting"),
                    on_epoch=lambda report: ERRORS.print(epoch_line(report), highlight=False, soft_wrap=True),
                ),
            ),
        )
    typer.echo(f"The report is {report.resolve()}: open it in a browser.")
    typer.echo("Next, with a model and data of your own:")
    for command in next_commands():
        typer.echo(f"    {command}")
