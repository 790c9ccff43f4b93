"""``attrimeter targets``: the models that are known by name."""

from __future__ import annotations

from typing import Annotated

import typer

from attrimeter.cli.options import JsonFile
from attrimeter.cli.written import Outputs


def targets(
    word: Annotated[str, typer.Argument(help="Only profiles with this word in name, family or body.")] = "",
    json_file: JsonFile = None,
) -> None:
    """List the models that are known by name.

    Each profile says what a kind of checkpoint is taken for.
    """
    from attrimeter.figures import targets_text
    from attrimeter.targets.checkpoints import inspecting

    outputs = Outputs(json_file=json_file)
    outputs.deliver(inspecting.list_targets(word), text=lambda known: targets_text(known.families))
