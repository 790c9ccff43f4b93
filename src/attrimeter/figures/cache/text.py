"""What a cache keeps, for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from attrimeter.figures.tables.layout import QUIET, lay_out_table
from attrimeter.figures.tables.view import Cell, Row, TableView
from attrimeter.storage.disk_space import as_size
from attrimeter.values.cache_content import DAMAGED, OLDER, CacheContent, Cleared, KeptEntry, KeptShelf

_DIGITS = 12
_UNREAD = {
    OLDER: "older-version: of an older version, which nothing reads any more.",
    DAMAGED: "damaged: without a description, which nothing reads any more.",
}


def content_text(content: CacheContent) -> RenderableType:
    """A line for each shelf, and how large the cache is and may be."""
    rows = tuple(map(_row, content.shelves))
    table = TableView("", ("kind", "target", "entries", "size", "last used"), rows, words=2)
    kinds = {shelf.kind for shelf in content.shelves}
    hints = [words for kind, words in _UNREAD.items() if kind in kinds]
    if content.limit is not None:
        hints.append(
            f"Limit: {as_size(content.limit)} (ATTRIMETER_CACHE_LIMIT); the longest unused is dropped first."
        )
    if rows:
        hints.append("To clear: attrimeter cache clear, also with --kind or --older-than.")
    shown: list[RenderableType] = [*lay_out_table(table), Text("")] if rows else []
    total = Text(f"{as_size(content.size)} in {content.folder}")
    return Group(*shown, total, *(Text(hint, style=QUIET) for hint in hints))


def cleared_text(cleared: Cleared) -> RenderableType:
    """What was removed, and what stayed because it is in use."""
    words = f"Nothing was removed from {cleared.folder}."
    if cleared.entries:
        what = f"{_count(cleared.entries)} ({as_size(cleared.size)})"
        words = f"Removed {what} from {cleared.folder}."
    if not cleared.in_use:
        return Text(words)
    held = as_size(sum(entry.size for entry in cleared.in_use))
    return Group(Text(words), Text(f"In use by a running job, and left: {_count(cleared.in_use)} ({held})."))


def _row(shelf: KeptShelf) -> Row:
    target = " ".join(part for part in (shelf.target, shelf.fingerprint[:_DIGITS]) if part)
    used = "-" if shelf.used is None else f"{datetime.fromtimestamp(shelf.used):%Y-%m-%d %H:%M}"
    cells = (
        target or ("-" if shelf.kind in _UNREAD else "any"),
        f"{len(shelf.entries):,}",
        as_size(shelf.size),
        "in use" if shelf.in_use else used,
    )
    return Row(shelf.kind, tuple(map(Cell, cells)))


def _count(entries: Sequence[KeptEntry]) -> str:
    return f"{len(entries):,} entr{'y' if len(entries) == 1 else 'ies'}"
