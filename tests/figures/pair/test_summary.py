from __future__ import annotations

import math
from collections.abc import Mapping

import pytest

from attrimeter.figures.pair.summary import summarise, summary_sentences
from figures.examples import CONTRIBUTIONS, example_explanation, identical_explanation


def test_an_everyday_pair() -> None:
    assert summarise(example_explanation()) == (
        "Distance 10.9: farther than 99 % of same-person pairs, nearer than 40 % of different-person pairs. "
        "Mostly upper colour (51 %) and backpack (25 %)."
    )


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        (14.0, "Most of this distance (60 %) is not explained by the named attributes."),
        (6.0, "The largest share of this distance (39 %) is not explained by the named attributes."),
        (-8.0, "What no named attribute carries (“other”, −544 %) weighs most, and brings the two together."),
    ],
)
def test_the_first_sentence_admits_that_other_is_largest(other: float, sentence: str) -> None:
    sentences = summary_sentences(example_explanation(other=other))
    assert sentences[0] == sentence
    assert sentences[-1].startswith("Of the named attributes mostly upper colour")


def test_other_beyond_the_whole_distance() -> None:
    contributions = {name: -abs(value) for name, value in CONTRIBUTIONS.items()}
    sentences = summary_sentences(example_explanation(contributions=contributions, other=20.0, small=-0.05))
    assert sentences[0].startswith("The named attributes do not explain this distance: “other” alone carries")
    assert sentences[-1] == (
        "No named attribute keeps the two apart; "
        "upper colour (−78 %) and backpack (−36 %) bring the two together."
    )


@pytest.mark.parametrize(("other", "opening"), [(5.9, "The largest share of"), (6.1, "Most of")])
def test_most_is_more_than_half_of_all_absolute_contributions(other: float, opening: str) -> None:
    contributions = {"hat": 4.0, "hair": -2.0}
    explanation = example_explanation(contributions=contributions, other=other, small=0.0)
    assert explanation.shares["other"] > 0.5
    assert summary_sentences(explanation)[0].startswith(opening)


def test_distance_zero() -> None:
    assert summarise(identical_explanation()) == "Distance 0: the two images are identical to the target."


@pytest.mark.parametrize(
    ("percentiles", "comparison"),
    [
        ((100.0, 100.0), "farther than every same-person pair, farther than every different-person pair."),
        ((0.0, 0.0), "nearer than every same-person pair, nearer than every different-person pair."),
        (
            (99.97, 0.02),
            "farther than 99 % of same-person pairs, nearer than 99 % of different-person pairs.",
        ),
        ((0.01, 99.99), "farther than 1 % of same-person pairs, nearer than 1 % of different-person pairs."),
        ((math.nan, 60.0), "nearer than 40 % of different-person pairs."),
        ((30.0, math.nan), "farther than 30 % of same-person pairs."),
    ],
)
def test_percentiles_in_words(percentiles: tuple[float, float], comparison: str) -> None:
    sentence = summary_sentences(example_explanation(percentiles=percentiles))[0]
    assert sentence == f"Distance 10.9: {comparison}"


def test_percentiles_that_are_not_known() -> None:
    sentence = summary_sentences(example_explanation(percentiles=(math.nan, math.nan)))[0]
    assert sentence == "Distance 10.9 (how this compares with other pairs is not known)."


@pytest.mark.parametrize(
    ("contributions", "ending"),
    [
        ({"hat": 8.0, "hair": -3.0}, "Mostly hat (150 %); hair (−56 %) brings the two together."),
        ({"hat": 4.0, "bag": 0.2}, "Mostly hat (88 %)."),
    ],
)
def test_what_brings_together_is_named_and_what_is_small_is_not(
    contributions: Mapping[str, float], ending: str
) -> None:
    explanation = example_explanation(contributions=contributions, other=0.1, small=0.01)
    assert summary_sentences(explanation)[-1] == ending


def test_many_equal_parts_do_not_stand_out() -> None:
    names = ("hat", "hair", "bag", "backpack", "handbag", "sleeve", "length", "type", "gender")
    colours = {"upper red": 0.9, "lower black": 0.95}
    explanation = example_explanation(
        contributions={**dict.fromkeys(names, 1.0), **colours, "bag": 1.01}, other=0.9, small=0.0
    )
    assert summary_sentences(explanation)[-1] == "No attribute stands out; the largest is bag (9 %)."
