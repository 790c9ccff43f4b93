"""A data set whose rendering was broken off is none: a file in its folder says so until all is there."""

from __future__ import annotations

from pathlib import Path

from attrimeter.errors import DatasetError

HALF_RENDERED = ".half-rendered"


def refuse_half_rendered(root: Path) -> None:
    """Raise DatasetError if the data set is still being rendered, or its rendering was broken off."""
    if (root / HALF_RENDERED).exists():
        raise DatasetError(
            f"The data set {root} is not rendered to its end: wait until it is, or render it again into that "
            "folder."
        )
