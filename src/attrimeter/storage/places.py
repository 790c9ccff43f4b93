"""Folders that are to be made: refused before the work whose result they are for."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from attrimeter.errors import StorageError


def named_place(path: str | os.PathLike[str]) -> Path:
    """The path that was given. Raises StorageError for an empty one, which Path takes for ``.``."""
    if not os.fspath(path):
        raise StorageError("The name of what is to be written is empty; give one, such as 'runs/first'.")
    return Path(path)


def check_place(folder: str | os.PathLike[str]) -> None:
    """Insist that files can be made in a folder, which need not be there yet. Nothing is left behind.

    Raises:
        StorageError: something on its path is no folder, or takes no files.
    """
    place = named_place(folder).absolute()
    try:
        while not _is_there(place) and place != place.parent:
            place = place.parent
        with tempfile.TemporaryFile(dir=place):
            return
    except NotADirectoryError as error:
        raise StorageError(f"{folder} cannot be used: {place} is no folder; choose another place.") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(
            f"No files can be written to {folder}: {reason}; choose another folder."
        ) from error


def _is_there(place: Path) -> bool:
    """Raises OSError where nothing could ever be there, as under too long a name."""
    try:
        os.lstat(place)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True
