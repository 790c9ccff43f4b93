"""Picture files in a folder, and what the names of ReID data sets say about them."""

from __future__ import annotations

import re
from pathlib import Path

from attrimeter.pixels import IMAGE_SUFFIXES

_PERSON = re.compile(r"(-?\d+)_c(\d+)")
_CAMERA = re.compile(r"_c(\d+)")


def is_picture(path: Path) -> bool:
    """Whether the name is that of a picture: a known suffix, and not a hidden file."""
    return path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".")


def list_pictures(folder: Path) -> list[Path]:
    """The pictures directly in ``folder``, sorted by name; other files (Thumbs.db) are passed over."""
    return sorted(path for path in folder.iterdir() if is_picture(path))


def holds_pictures(folder: Path) -> bool:
    """Whether ``folder`` is a folder with at least one picture directly in it."""
    return folder.is_dir() and any(is_picture(path) for path in folder.iterdir())


def list_folders(folder: Path) -> list[Path]:
    """The folders directly in ``folder``, sorted by name, without hidden ones."""
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def parse_person(name: str) -> tuple[int, int] | None:
    """Identity and camera in a name such as ``0002_c1s1_000451_03.jpg``; None where it does not fit."""
    found = _PERSON.match(name)
    return None if found is None else (int(found[1]), int(found[2]))


def parse_camera(name: str) -> int | None:
    """The camera in a name that has ``_c<number>`` somewhere; None where it has not."""
    found = _CAMERA.search(name)
    return None if found is None else int(found[1])
