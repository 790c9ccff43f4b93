"""What several layouts refuse, in the same words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrimeter.errors import DatasetError


def refuse_attributes(root: Path, attributes: Path | None) -> None:
    """Refuse an attribute file, which goes by numbers of Market-1501 or DukeMTMC-reID.

    Raises:
        DatasetError: one was given.
    """
    if attributes is not None:
        raise DatasetError(
            f"The attribute file {attributes} cannot be matched with the identities of {root}; list the "
            "images in a CSV with a column per attribute instead."
        )


def require_folders(root: Path, folders: Sequence[str], *, layout: str) -> None:
    """Insist on all of these folders.

    Raises:
        DatasetError: one is not there.
    """
    missing = [folder for folder in folders if not (root / folder).is_dir()]
    if missing:
        raise DatasetError(
            f"{root} lacks the folder {missing[0]}; the layout {layout!r} has {', '.join(folders)}."
        )
