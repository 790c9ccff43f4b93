"""What a target was taken for when it was opened, said before anything is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrimeter.cli.terminal import tell

if TYPE_CHECKING:
    from attrimeter.targets import Target


def name_opened(target: Target) -> None:
    """Its notes on standard error; a target of one's own code has none."""
    for note in target.notes:
        tell(note)
