"""Room in a cache for what is about to be written, made by dropping what was least recently used."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from attrimeter.caching.content import drop_entries, list_shelves
from attrimeter.caching.limit import VARIABLE, cache_limit, entries_to_drop
from attrimeter.storage.disk_space import announce, as_size
from attrimeter.storage.in_use import names_in_use
from attrimeter.values.cache_content import KeptEntry

_LOG = logging.getLogger(__name__)


def announce_kept(
    what: str,
    root: Path,
    size: float,
    *,
    beside: float = 0,
    seconds: float | None = None,
    smaller: str = "",
) -> None:
    """Say what is about to be kept in a cache, as :func:`attrimeter.storage.disk_space.announce` does, and
    make room for it.

    What one run needs may exceed the limit of the cache, and is kept then; a line says so.

    Args:
        root: folder of the cache.
        what, size, beside, seconds, smaller: as for ``announce``.

    Raises:
        StorageError: the disk has not as much space; nothing was dropped then.
        SettingsError: the limit of the cache is no size.
    """
    limit = cache_limit()
    entries, chosen = ([], []) if limit is None else _choose(root, limit, size)
    freed = _total(chosen)
    announce(what, root, size, beside=beside, seconds=seconds, smaller=smaller, freed=freed)
    if limit is None:
        return
    _drop(root, chosen, limit)
    total = _total(entries) - freed + size
    if total > limit:
        _LOG.info(
            "The cache %s grows to %s, beyond its limit of %s (%s), because this run needs it.",
            root, as_size(total), as_size(limit), VARIABLE,
        )  # fmt: skip


def keep_limit(root: Path) -> None:
    """Drop what a cache holds beyond its limit, the least recently used first; what is in use stays."""
    limit = cache_limit()
    if limit is not None:
        _drop(root, _choose(root, limit, 0)[1], limit)


def _choose(root: Path, limit: int, coming: float) -> tuple[list[KeptEntry], list[KeptEntry]]:
    """All entries, and those to be dropped."""
    entries = [entry for shelf in list_shelves(root) for entry in shelf.entries]
    return entries, entries_to_drop(entries, names_in_use(root), limit=limit, coming=coming)


def _drop(root: Path, chosen: Sequence[KeptEntry], limit: int) -> None:
    dropped = drop_entries(root, chosen) if chosen else []
    if dropped:
        last = datetime.fromtimestamp(max(entry.used for entry in dropped)).astimezone()
        _LOG.info(
            "Dropped %s from the cache %s, not used since %s, to keep its limit of %s (%s).",
            as_size(_total(dropped)), root, f"{last:%Y-%m-%d %H:%M}", as_size(limit), VARIABLE,
        )  # fmt: skip


def _total(entries: Sequence[KeptEntry]) -> int:
    return sum(entry.size for entry in entries)
