"""How large a cache may grow, kept by dropping what was least recently used."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Collection, Iterable

from attrimeter.errors import SettingsError
from attrimeter.ranges import shorten
from attrimeter.values.cache_content import KeptEntry

VARIABLE = "ATTRIMETER_CACHE_LIMIT"
DEFAULT_LIMIT = 20 * 10**9
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?(kB|MB|GB|TB)", re.IGNORECASE)
_UNITS = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}

_LOG = logging.getLogger(__name__)


def cache_limit() -> int | None:
    """Bytes that a cache may grow to: ``$ATTRIMETER_CACHE_LIMIT``, or else 20 GB; None for no limit.

    Raises:
        SettingsError: the variable holds no size.
    """
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return DEFAULT_LIMIT
    if text.lower() == "none":
        return None
    found = _SIZE.fullmatch(text)
    if found is None:
        raise SettingsError(f"{VARIABLE} takes a size such as 50GB or 500MB, or none; got {shorten(text)}.")
    return int(float(found[1]) * _UNITS[found[2].lower()])


def entries_to_drop(
    entries: Iterable[KeptEntry], in_use: Collection[str], *, limit: int, coming: float = 0
) -> list[KeptEntry]:
    """The fewest of the least recently used that leave room for what is coming; all that may be dropped where
    that is not enough.

    Args:
        in_use: names of entries that stay.
        limit: bytes that all may take together.
        coming: bytes that are about to be written.
    """
    known = list(entries)
    excess = sum(entry.size for entry in known) + coming - limit
    chosen = []
    for entry in sorted(known, key=lambda entry: (entry.used, entry.name)):
        if excess <= 0:
            break
        if entry.name not in in_use:
            chosen.append(entry)
            excess -= entry.size
    return chosen
