from __future__ import annotations

import pytest

from attrimeter.targets.quoting import count, quote_name, quote_names


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
