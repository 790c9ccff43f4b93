from __future__ import annotations

import math

import pytest

from attrimeter.figures.pair.page import pair_page
from attrimeter.values import PairExplanation
from figures.examples import example_explanation, identical_explanation, trusted_explanation
from figures.page_reading import PageReader, outside_needs

EVIL = "<script>alert('1')</script>\" onload=\"x.png"


@pytest.mark.parametrize(
    "explanation",
    [
        example_explanation(),
        identical_explanation(),
        trusted_explanation(),
        example_explanation(names=(EVIL, EVIL), percentiles=(math.nan, math.nan), form="distilled"),
        example_explanation(sizes=((32, 16), (400, 800))),
    ],
)
def test_a_page_is_well_formed_and_needs_nothing_but_itself(explanation: PairExplanation) -> None:
    page = pair_page(explanation)
    assert PageReader(page).misnested == []
    assert outside_needs(page) == []


def test_it_says_what_the_summary_the_ledger_and_the_readings_say() -> None:
    words = PageReader(pair_page(example_explanation())).words
    assert "Distance 10.9: farther than 99 % of same-person pairs" in words
    assert "upper colour red | blue +5.56 51 %" in words
    assert "sum = distance exact to 2e-7 10.87 100 %" in words
    assert "other +1.40 13 %" in words
    assert "hat hat (90 %) no hat (92 %)" in words


def test_intervals_marks_and_label_with_a_card() -> None:
    words = PageReader(pair_page(trusted_explanation())).words
    assert "upper colour red | blue +5.56 [3.46, 7.66] 51 %" in words
    assert "gender ≈ weak −0.90 [−1.60, −0.20]" in words
    assert "Trust: measured. On 400 rendered pairs" in words and "90 % intervals" in words
    plain = PageReader(pair_page(example_explanation())).words
    assert "Trust: not measured. This interpreter carries" in plain and "intervals" not in plain


def test_every_picture_is_described() -> None:
    pictures = PageReader(pair_page(example_explanation(), maps=2)).all("img")
    assert len(pictures) == 2 + 2 * 2
    assert all(picture["alt"] for picture in pictures)
    assert pictures[2]["alt"] == "Where upper colour was read in 0001_c1s1_001051_00.png"


def test_a_file_name_is_shown_and_not_obeyed() -> None:
    reader = PageReader(pair_page(example_explanation(names=(EVIL, "b.png"))))
    assert EVIL in reader.text


def test_light_and_dark_and_print_are_provided_for() -> None:
    page = pair_page(identical_explanation())
    assert "prefers-color-scheme: dark" in page and "@media print" in page


def test_equal_explanations_give_equal_pages() -> None:
    assert pair_page(example_explanation()) == pair_page(example_explanation())
