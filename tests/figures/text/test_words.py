from __future__ import annotations

import math

import pytest

from attrimeter.figures.text.words import (
    count_words,
    cut,
    entry_words,
    excludes_zero,
    largest_entries,
    printable,
)
from figures.audit_examples import EVIL, LONG, UNKNOWN, around


@pytest.mark.parametrize("most", [1, 2, 5, 20, 60])
def test_a_cut_name_keeps_its_beginning_and_its_end(most: int) -> None:
    short = cut(LONG, most)
    head, tail = short.split("…")
    assert len(short) == most and LONG.startswith(head) and LONG.endswith(tail)
    assert cut("backpack", 8) == "backpack"


def test_what_a_terminal_would_obey_is_replaced() -> None:
    assert printable("red\x1b[2J\n\tgreen\u202e") == "red?[2J green?"
    assert cut("a\x07b") == "a?b"


def test_numbers_and_nouns_agree() -> None:
    assert count_words(1, "query") == "1 query" and count_words(1200, "query") == "1,200 queries"
    assert count_words(2, "match") == "2 matches" and count_words(0, "person") == "0 persons"


def test_the_largest_entries_stand_first_whatever_their_sign() -> None:
    entries = {"a": 1.0, "b": -3.0, "c": 2.0, "d": math.nan}
    assert largest_entries(entries, 2) == [("b", -3.0), ("c", 2.0)]
    assert entry_words(entries) == "b −3.0, c +2.0, a +1.0"
    assert entry_words(entries, 2, signed=False) == "b −3.0, c 2.0"
    assert entry_words({EVIL: math.nan}) == ""


def test_differences_are_recognised() -> None:
    assert excludes_zero(around(2.0)) and excludes_zero(around(-2.0))
    assert not excludes_zero(around(1.0)) and not excludes_zero(UNKNOWN)
