"""``attrimeter inspect``: what a checkpoint is, and which profile fits it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.options import InputSize, LastStride
from attrimeter.cli.written import name_written

UNDECIDED = 1


def inspect(
    file: Annotated[Path, typer.Argument(help="A checkpoint: a torch file of weights, or safetensors.")],
    last_stride: LastStride = None,
    input_size: InputSize = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write what was found as JSON.")] = None,
) -> None:
    """Say what a checkpoint is, which profile fits and why, or what is in the way.

    Nothing in the file is run. Exit code 0: it opens as it is. 1: a profile must be chosen with --profile,
    or none fits, or it holds NaN. 2: the file cannot be read as a checkpoint.
    """
    from attrimeter.cli.wide_console import wide_console
    from attrimeter.figures.checkpoint_json import report_to_json
    from attrimeter.figures.checkpoint_text import report_text
    from attrimeter.storage import write_json
    from attrimeter.workflows.inspecting import inspect_checkpoint

    report = inspect_checkpoint(file, last_stride=last_stride, input_size=input_size)
    wide_console().print(report_text(report))
    if json_file is not None:
        write_json(json_file, report_to_json(report))
        name_written([json_file])
    if not report.opens:
        raise typer.Exit(UNDECIDED)
