"""Shelves of a cache, one of each sort."""

from __future__ import annotations

from datetime import datetime

from attrimeter.values.cache_content import KeptEntry, KeptShelf

USED = datetime(2026, 3, 4, 5, 6).timestamp()
ENTRY = KeptEntry("maps-x/entry-1", 3_000_000, USED)
KEPT_SHELVES = (
    KeptShelf("maps-x", "maps", "osnet_x0_25", "abcdef0123456789", (ENTRY, KeptEntry("maps-x/e", 10, 0.0))),
    KeptShelf("rendered-edits-x", "rendered-edits", "", "", (ENTRY,), in_use=True),
    KeptShelf("x-plain", "older-version", "", "abcdef0123456789abcd", ()),
    KeptShelf("y", "damaged", "", "", ()),
)
