"""What a cache keeps, in words: every kind, what is in use, and what cannot be known."""

from __future__ import annotations

from rich.console import RenderableType

from attrimeter.cli.terminal import Terminal
from attrimeter.figures.cache.text import cleared_text, content_text
from attrimeter.values.cache_content import CacheContent, Cleared
from figures.cache.cache_examples import ENTRY, KEPT_SHELVES


def text_of(shown: RenderableType) -> str:
    console = Terminal(width=200)
    with console.capture() as captured:
        console.print(shown)
    return captured.get()


def test_every_shelf_has_a_line() -> None:
    text = text_of(content_text(CacheContent("/cache", 20 * 10**9, KEPT_SHELVES)))
    rows = [" ".join(line.split()) for line in text.splitlines()]
    assert "maps osnet_x0_25 abcdef012345 2 3.0 MB 2026-03-04 05:06" in rows
    assert "rendered-edits any 1 3.0 MB in use" in rows
    assert "older-version abcdef012345 0 0 bytes -" in rows and "damaged - 0 0 bytes -" in rows
    assert "6.0 MB in /cache" in rows and "Limit: 20.0 GB" in text and "attrimeter cache clear" in text
    assert "of an older version, which nothing reads any more" in text and "without a description" in text


def test_an_empty_cache_without_a_limit_says_so() -> None:
    text = text_of(content_text(CacheContent("/cache", None, ())))
    assert text.strip() == "0 bytes in /cache"


def test_what_was_cleared_and_what_stayed() -> None:
    assert text_of(cleared_text(Cleared("/c", (), ()))).strip() == "Nothing was removed from /c."
    text = text_of(cleared_text(Cleared("/c", (ENTRY,), (ENTRY, ENTRY))))
    assert "Removed 1 entry (3.0 MB) from /c." in text
    assert "In use by a running job, and left: 2 entries (6.0 MB)." in text
