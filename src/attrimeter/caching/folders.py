"""Where cached maps live."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from attrimeter.errors import SettingsError
from attrimeter.storage.places import check_place


def default_cache() -> Path:
    """``$ATTRIMETER_CACHE``, or ``attrimeter/maps`` in the user's cache folder.

    A user without a home folder, as in many containers, has it in a folder of their own among the system's
    temporary ones.

    Raises:
        SettingsError: that folder belongs to somebody else.
    """
    chosen = os.environ.get("ATTRIMETER_CACHE")
    if chosen:
        return Path(chosen)
    shared = os.environ.get("XDG_CACHE_HOME")
    if shared:
        return Path(shared) / "attrimeter" / "maps"
    try:
        return Path.home() / ".cache" / "attrimeter" / "maps"
    except RuntimeError:
        return _own_temporary_folder() / "maps"


def cache_folder(chosen: str | os.PathLike[str] | None) -> Path:
    """The folder that was chosen for the cache, or else the default one.

    Raises:
        StorageError: no files can be made there.
    """
    folder = default_cache() if chosen is None else Path(chosen)
    check_place(folder)
    return folder


def _own_temporary_folder() -> Path:
    """A folder that nobody else can write; what is cached there was written by this user."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"attrimeter-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(_no_home(f"{folder} cannot be made ({reason})")) from error
    if folder.is_symlink() or status.st_uid != user or status.st_mode & 0o022:
        raise SettingsError(_no_home(f"{folder} is not yours alone"))
    return folder


def _no_home(reason: str) -> str:
    return f"You have no home folder for the cache, and {reason}; name a folder with --cache."
