"""Names out of a file, made fit to be read: whatever a stranger wrote there, a message stays one line."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice

from attrimeter.legible import legible

_LONGEST = 80
_SHOWN = 3


def quote_name(name: object) -> str:
    """The name with everything illegible escaped (line ends, terminal codes, halves of a character) and
    what goes beyond 80 characters cut; of what is neither a text nor a small number, its type."""
    is_small = isinstance(name, int) and abs(name) < 10**18
    text = name[: _LONGEST + 1] if isinstance(name, str) else str(name) if is_small else type(name).__name__
    shown = legible(text)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "..."


def quote_names(names: Iterable[object], *, shown: int = _SHOWN) -> str:
    """The first few names; "..." at the end where there are more."""
    first = list(islice(iter(names), shown + 1))
    return ", ".join(map(quote_name, first[:shown])) + (", ..." if len(first) > shown else "")


def count(things: Collection[object] | int, noun: str) -> str:
    """The number with its noun: "1 tensor", "1,024 tensors"."""
    number = things if isinstance(things, int) else len(things)
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
