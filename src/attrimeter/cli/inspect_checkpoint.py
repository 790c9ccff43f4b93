"""``attrimeter inspect``: what a checkpoint is, and which profile fits it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.options import InputSize, LastStride

UNDECIDED = 1


def inspect(
    file: Annotated[Path, typer.Argument(help="A checkpoint: a torch file of weights, or safetensors.")],
    last_stride: LastStride = None,
    input_size: InputSize = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write what was found as JSON.")] = None,
) -> None:
    """Say what a checkpoint is, and which profile fits.

    Also why it fits, or what is in the way. Nothing in the file is run. Exit code 0: it opens as it is. 1: a
    profile must be chosen with --profile, or none fits, or it holds NaN. 2: the file cannot be read as a
    checkpoint.
    """
    from attrimeter.cli.written import Outputs
    from attrimeter.figures.checkpoints.text import checkpoint_text
    from attrimeter.figures.json_documents import to_json
    from attrimeter.targets.checkpoints.inspecting import inspect_checkpoint

    outputs = Outputs(json_file=json_file)
    report = inspect_checkpoint(file, last_stride=last_stride, input_size=input_size)
    outputs.deliver(report, text=checkpoint_text, document=to_json)
    if not report.opens:
        raise typer.Exit(UNDECIDED)
