"""Folders that older versions kept in a cache, and nothing reads any more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_FINGERPRINT = r"[0-9a-f]{20}"
_LAYOUTS = (
    (re.compile(rf"{_FINGERPRINT}-(plain|flipped|mirrored)(-\d+)?"), re.compile(r"shard-[0-9a-f]{16}")),
    (re.compile(r"edit-renders/[0-9a-f]{16}-\d+-\d+(-[a-z]+)*"), re.compile(r"\d{5}\.npz")),
    (re.compile(rf"edit-measures/{_FINGERPRINT}-edits-{_FINGERPRINT}(-\d+)?"), re.compile(r"\d{5}m?")),
    (re.compile(rf"edits/{_FINGERPRINT}-edit-(pairs|tables)(-\d+)?"), re.compile(r"[0-9a-f]{20}\.npz")),
)
"""Shelves by their path in the cache, and what lies in each."""

PARENTS = ("edit-renders", "edit-measures", "edits")
DESCRIPTION = "target.json"


def older_shelves(root: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Each shelf's path in the cache, the beginning of its target's fingerprint ("" where it has none), and
    the names of its entries."""
    folders = [*root.glob("*-*"), *(folder for parent in PARENTS for folder in root.glob(f"{parent}/*-*"))]
    for folder in sorted(folders):
        name = folder.relative_to(root).as_posix()
        for shelf, entry in _LAYOUTS:
            if shelf.fullmatch(name) and folder.is_dir() and not folder.is_symlink():
                entries = sorted(path.name for path in folder.iterdir() if entry.fullmatch(path.name))
                found = re.match(_FINGERPRINT, folder.name)
                yield name, found[0] if found else "", entries
