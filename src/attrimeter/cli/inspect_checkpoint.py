"""``attrimeter inspect``: what a checkpoint is, and which profile fits it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.option_groups import InputOptions, gathered
from attrimeter.cli.options import JsonFile
from attrimeter.cli.written import Outputs

UNDECIDED = 1


@gathered
def inspect(
    file: Annotated[Path, typer.Argument(help="A checkpoint: a torch file of weights, or safetensors.")],
    how: InputOptions,
    json_file: JsonFile = None,
) -> None:
    """Say what a checkpoint is, and which profile fits.

    Also why it fits, or what is in the way. Nothing in the file is run. Exit code 0: it opens as it is. 1: a
    profile must be chosen with --profile, or none fits, or it holds NaN. 2: the file cannot be read as a
    checkpoint.
    """
    from attrimeter.figures import checkpoint_text
    from attrimeter.targets.checkpoints.inspecting import inspect_checkpoint

    outputs = Outputs(json_file=json_file)
    report = inspect_checkpoint(file, **vars(how))
    outputs.deliver(report, text=checkpoint_text)
    if not report.opens:
        raise typer.Exit(UNDECIDED)
