"""What each picture of a rendered data set shows: one JSON line per picture, enough to render it again."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrimeter.errors import DatasetError, SettingsError
from attrimeter.storage import parse_json, read_limited, write_text
from attrimeter.synthesis import (
    PersonSpecification,
    View,
    person_from_dict,
    person_to_dict,
    view_from_dict,
    view_to_dict,
)
from attrimeter.synthesis.marks import check_mark

SPECIFICATIONS = "specifications.jsonl"

MAX_BYTES = 2**30
"""The largest list that is read; that of 100,000 pictures has some 200 million bytes."""


@dataclass(frozen=True)
class RenderedPicture:
    """One picture of a rendered data set: its file (relative to the root), identity, and what it shows.

    ``mark`` is what an identity mark is painted on ("backpack"), or None.
    """

    file: str
    identity: int
    camera: int
    size: tuple[int, int]
    person: PersonSpecification
    view: View
    mark: str | None = None


def write_specifications(root: Path, pictures: Sequence[RenderedPicture]) -> None:
    """Write ``specifications.jsonl`` into ``root``. Raises StorageError."""
    write_text(root / SPECIFICATIONS, "".join(_to_line(picture) for picture in pictures))


def read_specifications(root: str | os.PathLike[str]) -> list[RenderedPicture]:
    """What each picture of a rendered data set shows; rendering it again gives the same picture.

    Raises:
        DatasetError: no specifications there, or a line that is not one.
    """
    place = Path(root) / SPECIFICATIONS
    try:
        lines = read_limited(place, MAX_BYTES).decode("utf-8").splitlines()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise DatasetError(
            f"{place} cannot be read ({reason}); give the folder of a rendered data set."
        ) from error
    if not lines:
        raise DatasetError(f"{place} is empty; give the folder of a rendered data set.")
    pictures = []
    for number, line in enumerate(lines, start=1):
        try:
            pictures.append(_from_line(line))
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError, SettingsError) as error:
            raise DatasetError(
                f"Line {number} of {place} is not a picture's specification: {str(error)[:200]}"
            ) from error
    return pictures


def _to_line(picture: RenderedPicture) -> str:
    entry = {
        "file": picture.file,
        "identity": picture.identity,
        "camera": picture.camera,
        "size": list(picture.size),
        "person": person_to_dict(picture.person),
        "view": view_to_dict(picture.view),
        **({} if picture.mark is None else {"mark": picture.mark}),
    }
    return json.dumps(entry, allow_nan=False) + "\n"


def _from_line(line: str) -> RenderedPicture:
    entry: dict[str, Any] = parse_json(line)
    height, width = entry["size"]
    check_mark(mark := entry.get("mark"))
    return RenderedPicture(
        file=str(entry["file"]),
        identity=int(entry["identity"]),
        camera=int(entry["camera"]),
        size=(int(height), int(width)),
        person=person_from_dict(entry["person"]),
        view=view_from_dict(entry["view"]),
        mark=mark,
    )
