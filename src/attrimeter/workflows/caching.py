"""Where cached maps live."""

from __future__ import annotations

import os
from pathlib import Path

from attrimeter.storage.places import check_place


def default_cache() -> Path:
    """``$ATTRIMETER_CACHE``, or ``attrimeter/maps`` in the user's cache folder."""
    chosen = os.environ.get("ATTRIMETER_CACHE")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "attrimeter" / "maps"


def cache_folder(chosen: str | os.PathLike[str] | None) -> Path:
    """The folder that was chosen for the cache, or else the default one.

    Raises:
        StorageError: no files can be made there.
    """
    folder = default_cache() if chosen is None else Path(chosen)
    check_place(folder)
    return folder
