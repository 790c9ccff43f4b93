"""What each picture of a rendered data set shows: one JSON line per picture, enough to render it again."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrimeter.errors import DatasetError, SettingsError
from attrimeter.storage import write_text
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
        lines = place.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{place} cannot be read; give the folder of a rendered data set.") from error
    pictures = []
    for number, line in enumerate(lines, start=1):
        try:
            pictures.append(_from_line(line))
        except (ValueError, KeyError, TypeError, SettingsError) as error:
            raise DatasetError(
                f"Line {number} of {place} is not a picture's specification: {error}"
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
    entry: dict[str, Any] = json.loads(line)
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
