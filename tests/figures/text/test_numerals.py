from __future__ import annotations

import math

import pytest

from attrimeter.figures.text.numerals import (
    UNKNOWN,
    column_decimals,
    format_completeness,
    format_distance,
    format_ends,
    format_interval,
    format_number,
    format_score,
    format_share,
    known_or,
    percent,
    score_words,
)
from attrimeter.values import Score


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.34, "12.3"),
        (0.4125, "0.412"),
        (123.4, "123"),
        (0, "0"),
        (0.00012, "0.000120"),
        (3e-5, "3.0e−5"),
        (math.nan, UNKNOWN),
    ],
)
def test_a_distance_has_three_significant_digits(value: float, text: str) -> None:
    assert format_distance(value) == text


@pytest.mark.parametrize(
    ("value", "signed", "text"),
    [(1.234, False, "1.23"), (1.234, True, "+1.23"), (-1.2, True, "−1.20"), (-0.001, True, "0.00")],
)
def test_numbers_carry_a_true_minus_and_no_signed_zero(value: float, signed: bool, text: str) -> None:
    assert format_number(value, decimals=2, signed=signed) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.412, "41 %"), (-0.12, "−12 %"), (0.0049, "<1 %"), (-0.001, "<1 %"), (0.0, "0 %"), (39.06, "3906 %")],
)
def test_shares_are_whole_percent(share: float, text: str) -> None:
    assert format_share(share) == text


def test_a_signed_share_shows_its_plus() -> None:
    assert format_share(0.41, signed=True) == "+41 %"


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ([10.87, -2], 2),
        ([7.4], 2),
        ([400, 10], 1),
        ([4000.0], 0),
        ([0.94], 3),
        ([0.012], 4),
        ([], 2),
        ([0.0], 2),
    ],
)
def test_a_column_has_the_decimals_of_its_largest_number(values: list[float], decimals: int) -> None:
    assert column_decimals(values) == decimals


def test_a_column_passes_over_what_is_not_known() -> None:
    assert column_decimals([math.nan, math.inf, 0.5]) == 3


def test_completeness_is_one_digit() -> None:
    assert [format_completeness(value) for value in (2.1e-7, 0.0, 3e-12)] == ["2e-7", "0", "3e-12"]


def test_scores_and_their_intervals() -> None:
    assert format_score(Score(91.23, 89.1, 93.3)) == "91.2"
    assert format_interval(Score(91.23, 89.1, 93.3)) == "89.1 to 93.3"
    assert format_interval(Score(91.23, math.nan, math.nan)) == UNKNOWN


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ((-0.304, 4.1), "[−0.30, 4.10]"),
        ((0.0, 0.001), "[0.00, 0.00]"),
        ((-3.0, -1.0), "[−3.00, −1.00]"),
        (None, ""),
    ],
)
def test_ends_of_an_interval(ends: tuple[float, float] | None, text: str) -> None:
    assert format_ends(ends, decimals=2) == text


NOTHING = Score(math.nan, math.nan, math.nan)


def test_an_unknown_score_has_no_unit_and_no_brackets() -> None:
    assert score_words(NOTHING) == "–"
    assert score_words(Score(3.04, math.nan, math.nan)) == "3.0 %"
    assert score_words(Score(3.0, 1.5, 4.5), unit=" points", signed=True) == "+3.0 points (1.5 to 4.5)"
    assert score_words(Score(0.083, 0.07, 0.1), decimals=3, unit="") == "0.083 (0.070 to 0.100)"


def test_shares_become_percent_and_the_unknown_something_else() -> None:
    assert percent(Score(0.25, 0.125, 0.5)) == Score(25.0, 12.5, 50.0)
    assert [known_or(value, 7.0) for value in (1.0, math.nan, -math.inf)] == [1.0, 7.0, 7.0]
