"""Where cached maps live when nobody says otherwise."""

from __future__ import annotations

import os
from pathlib import Path


def default_cache() -> Path:
    """``$ATTRIMETER_CACHE``, or ``attrimeter/maps`` in the user's cache folder."""
    chosen = os.environ.get("ATTRIMETER_CACHE")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "attrimeter" / "maps"
