"""Picture files in folders, what the names of ReID data sets say about them, and whether they are there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from attrimeter.pixels import IMAGE_SUFFIXES

_PERSON = re.compile(r"(-?[0-9]{1,18})_c([0-9]{1,18})")
_CAMERA = re.compile(r"_c([0-9]{1,18})")
_GLANCE = 20


def list_pictures(folder: Path) -> list[Path]:
    """The pictures directly in ``folder``, sorted by name; other files (Thumbs.db) are passed over."""
    return [folder / name for name in sorted(_picture_names(folder))]


def glance(folder: Path) -> list[str]:
    """The names of some pictures directly in ``folder``; none where it is no folder."""
    return list(islice(_picture_names(folder), _GLANCE)) if folder.is_dir() else []


def holds_pictures(folder: Path) -> bool:
    """Whether ``folder`` is a folder with at least one picture directly in it."""
    return folder.is_dir() and next(_picture_names(folder), None) is not None


def list_folders(folder: Path) -> list[Path]:
    """The folders directly in ``folder``, sorted by name, without hidden ones."""
    with os.scandir(folder) as entries:
        names = sorted(
            entry.name for entry in entries if not entry.name.startswith(".") and _is_folder(entry)
        )
    return [folder / name for name in names]


def parse_person(name: str) -> tuple[str, str] | None:
    """Identity and camera in a name such as ``0002_c1s1_000451_03.jpg``; None where it does not fit."""
    found = _PERSON.match(name)
    return None if found is None else (found[1], found[2])


def parse_camera(name: str) -> str | None:
    """The camera in a name that has ``_c<number>`` somewhere; None where it has not."""
    found = _CAMERA.search(name)
    return None if found is None else found[1]


def _picture_names(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if _is_picture(entry.name) and not _is_folder(entry):
                yield entry.name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads nowhere: told when it is read
        return False


def _is_picture(name: str) -> bool:
    return f".{name.rpartition('.')[2]}".lower() in IMAGE_SUFFIXES and not name.startswith(".")


class FileNames:
    """Remembers what lies in the folders that were asked about."""

    def __init__(self) -> None:
        self._folders: dict[str, set[str]] = {}

    def has(self, path: str) -> bool:
        """Whether there is a file ``path`` (or a link to one); also where its case is not the one on disk."""
        folder, _, name = path.replace(os.sep, "/").rpartition("/")
        if folder not in self._folders:
            self._folders[folder] = _names(folder or ("/" if path.startswith("/") else "."))
        return name in self._folders[folder] or Path(path).is_file()


def _names(folder: str) -> set[str]:
    try:
        with os.scandir(folder) as entries:
            return {entry.name for entry in entries if entry.is_file()}
    except (OSError, ValueError):
        return set()
