"""Names, numbers and lists as words in a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping

from attrimeter.figures.text.numerals import format_number
from attrimeter.values.evaluation import Score

_NAME = 60
"""Characters of a name that are shown."""


def cut(text: str, most: int = _NAME) -> str:
    """``text`` in one line of printable characters, at most ``most``: the middle gives way to an ellipsis."""
    text = printable(text)
    if len(text) <= most:
        return text
    tail = (most - 1) // 2
    return f"{text[: most - 1 - tail]}…{text[len(text) - tail :]}"


def printable(text: str) -> str:
    """A whole text in one line, without characters that a terminal or a page would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in " ".join(text.split()))


def count_words(count: int, noun: str) -> str:
    """A number and its noun ("1 query", "1,200 queries")."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + ("es" if noun.endswith("ch") else "s")
    return f"{count:,} {noun if count == 1 else plural}"


def excludes_zero(score: Score) -> bool:
    """Whether a difference is clearer than chance."""
    return score.low > 0 or score.high < 0


def largest_entries(entries: Mapping[str, float], most: int) -> list[tuple[str, float]]:
    """The ``most`` entries farthest from 0 that are known."""
    known = [(name, value) for name, value in entries.items() if math.isfinite(value)]
    return sorted(known, key=lambda entry: (-abs(entry[1]), entry[0]))[:most]


def entry_words(entries: Mapping[str, float], most: int = 3, *, signed: bool = True) -> str:
    """The largest entries ("backpack +21.0, other +9.2, hair −4.1"); empty where none is known."""
    largest = largest_entries(entries, most)
    return ", ".join(
        f"{cut(name, 30)} {format_number(value, decimals=1, signed=signed)}" for name, value in largest
    )
