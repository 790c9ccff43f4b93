from __future__ import annotations

import pytest

from attrimeter.datasets.names import number_cameras, number_identities


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["7", "12"], [7, 12]),
        (["0007", "12"], [7, 12]),
        (["7.0", "12.0", "-1.0", "0.0"], [7, 12, -1, 0]),
        (["-1", "0", "0000", "00-1", "5"], [-1, 0, 0, -1, 5]),
        (["1_11", "11_1"], [2, 1]),
        (["1_11", "11_1", "-1", "0"], [2, 1, -1, 0]),
        (["cleo", "anna", "-1", "0.0", "-1.0"], [2, 1, -1, 0, -1]),
        (["cleo", "7", "7.0"], [2, 1, 1]),
        (["12345678901234567890", "1"], [2, 1]),
        (["٣", "1"], [2, 1]),
        (["1e3", "2"], [1, 2]),
        (["nan", "2"], [2, 1]),
        ([], []),
    ],
)
def test_identities_are_names(names: list[str], numbers: list[int]) -> None:
    found = number_identities(names)
    assert [found.numbers[name] for name in names] == numbers
    assert found.by_value == (found.remark == "")


def test_words_are_told_with_their_numbers() -> None:
    remark = number_identities([f"p{n}" for n in range(7)]).remark
    assert remark == (
        "Identities are names, numbered in sorted order (1 is p0, 2 is p1, 3 is p2, 4 is p3, 5 is p4, ...)."
    )


def test_where_0_is_a_person_all_are_one_higher() -> None:
    found = number_identities(["000", "001", "-1"], zero_is_person=True).numbers
    assert found == {"000": 1, "001": 2, "-1": -1}


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["1", "02", "3.0"], {"1": 1, "02": 2, "3.0": 3}),
        (["left", "right", None, ""], {"left": 1, "right": 2}),
        (["1_1", "11"], {"11": 1, "1_1": 2}),
        (["-1", "4"], {"4": 4}),
        (["12345678901234567890"], {"12345678901234567890": 1}),
        ([None], {}),
    ],
)
def test_cameras_are_names_too(names: list[str | None], numbers: dict[str, int]) -> None:
    assert number_cameras(names).numbers == numbers
