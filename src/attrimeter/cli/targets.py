"""``attrimeter targets``: the models that are known by name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.errors import SettingsError


def targets(
    word: Annotated[str, typer.Argument(help="Only profiles with this word in name, family or body.")] = "",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the profiles as JSON.")] = None,
) -> None:
    """List the models that are known by name.

    Each profile says what a kind of checkpoint is taken for.
    """
    from attrimeter.cli.written import Outputs
    from attrimeter.figures.checkpoints.text import targets_text
    from attrimeter.figures.json_documents import to_json
    from attrimeter.targets.checkpoints.inspecting import list_families
    from attrimeter.values.checkpoint_report import KnownTargets

    outputs = Outputs(json_file=json_file)
    families = list_families(word)
    if not families:
        raise SettingsError(f"No profile has {word!r} in its name; attrimeter targets lists all.")
    outputs.deliver(families, text=targets_text, document=lambda found: to_json(KnownTargets(found)))
