"""Text from outside: nothing hidden passes, nothing harmless is touched."""

from __future__ import annotations

import io
import json
import os
import sys
import unicodedata
from xml.etree import ElementTree

import pytest
from rich.console import Console
from rich.text import Text

from attrimeter.legible import (
    count,
    escape_json,
    join_names,
    legible,
    legible_lines,
    quote_name,
    quote_names,
    whole_characters,
)

EVERY = "".join(map(chr, range(sys.maxunicode + 1)))
TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("größe 图 क‌क 👩‍🔬 \u3000$[/b]<i>&", "größe 图 क‌क 👩‍🔬 \u3000$[/b]<i>&"),
        ("a\nb\r\tc\0", r"a\nb\r\tc\x00"),
        ("\x1b[31mred\x9b0m\x7f", r"\x1b[31mred\x9b0m\x7f"),
        ("\u202egpj.exe\u2069", r"\u202egpj.exe\u2069"),
        ("a\u2028b", r"a\u2028b"),
        ("half \ud83d", r"half \ud83d"),
        (os.fsdecode(b"ds\xe9"), r"ds\xe9"),
        ("\uffff\U0010fffe", r"\uffff\U0010fffe"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert legible(text) == shown
    assert legible(shown) == shown, "once is enough"


def test_of_all_characters_exactly_the_hidden_ones_are_escaped() -> None:
    changed = {letter for letter in EVERY if legible(letter) != letter}
    hidden = {c for c in EVERY if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")}
    turning = {c for c in EVERY if unicodedata.bidirectional(c) in TURNING}
    noncharacters = {c for c in EVERY if ord(c) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(c) <= 0xFDEF}
    assert changed == hidden | turning | noncharacters
    assert legible(EVERY).encode("utf-8") and not set(legible(EVERY)) & changed
    ElementTree.fromstring(f"<a>{legible(EVERY).translate({38: '', 60: '', 62: ''})}</a>")


def test_lines_stay_where_a_text_has_them() -> None:
    assert legible_lines("a\x1b\n\tb\n") == "a\\x1b\n\\tb\n"


def test_only_halves_of_characters_are_no_unicode() -> None:
    assert whole_characters("\x1b\n\u202e") == "\x1b\n\u202e"
    assert whole_characters(os.fsdecode(b"\xe9") + "\ud800") == r"\xe9\ud800"


def test_json_keeps_its_values_and_hides_nothing() -> None:
    text = escape_json(json.dumps({EVERY: [EVERY]}, ensure_ascii=False))
    assert json.loads(text) == json.loads(json.dumps({EVERY: [EVERY]}))
    assert legible(text) == text and "größ" in escape_json('"größ"')
    text.encode("utf-8")


def test_escaped_text_takes_the_room_that_it_is_measured_for() -> None:
    console = Console(file=io.StringIO(), width=60)
    name = legible("\x1b[2J\u202e\x85")
    assert console.measure(Text(name)).maximum == len(name)


def test_names_are_joined() -> None:
    assert join_names(["hat"]) == "hat" and join_names(("hat", "hair")) == "hat and hair"
    assert join_names(["hat", "hair", "bag"]) == "hat, hair and bag" and join_names([]) == ""


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("layer4.0.conv1.weight", "layer4.0.conv1.weight"),
        ("größe", "größe"),
        ("a\nb", "a\\nb"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("half \ud800", "half \\ud800"),
        ("\u202eevil", "\\u202eevil"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 80 + "..."),
        (7, "7"),
        ((1, 2), "tuple"),
        (None, "NoneType"),
    ],
)
def test_a_name_fits_on_a_line(name: object, shown: str) -> None:
    assert quote_name(name) == shown
    shown.encode("utf-8")


def test_a_number_of_five_thousand_digits_is_not_written_out() -> None:
    assert quote_name(10**5000) == "int"


def test_a_tuple_that_would_fill_memory_is_not_written_out() -> None:
    nest: object = ()
    for _ in range(200):
        nest = (nest, nest)
    assert quote_name(nest) == "tuple"


def test_a_few_names() -> None:
    assert quote_names([]) == ""
    assert quote_names("abc") == "a, b, c"
    assert quote_names("abcd") == "a, b, c, ..."
    assert quote_names(["a\n", "b"], shown=1) == "a\\n, ..."


def test_numbers_with_their_nouns() -> None:
    assert count(1, "tensor") == "1 tensor"
    assert count([], "tensor") == "0 tensors"
    assert count(1234, "tensor") == "1,234 tensors"
