"""Whether files are there that a list names, with one look into each folder instead of one at each file."""

from __future__ import annotations

import os
from pathlib import Path


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
