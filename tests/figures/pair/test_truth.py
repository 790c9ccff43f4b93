"""What a report says where measured truth stands beside an explanation."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from attrimeter.figures.pair.truth import view_truth
from attrimeter.values import OTHER, PairExplanation
from attrimeter.values.pair_truth import PairTruth
from figures.examples import example_explanation

SAID = {"upper red": 6.0, "backpack": 3.0}


def explained() -> PairExplanation:
    """Upper colour 60 %, backpack 30 %, other 10 %."""
    return example_explanation(contributions=SAID, other=1.0, small=0.0)


def truth(**shares: float) -> PairTruth:
    given: Mapping[str, float] = {name.replace("_", " "): share for name, share in shares.items()}
    return PairTruth({part: given.get(part, 0.0) for part in [*explained().groups, OTHER]}, pictures=4)


@pytest.mark.parametrize(
    ("true", "agreement", "words"),
    [
        (truth(upper_colour=0.7, backpack=0.2, other=0.1), "right", "upper colour truly carries most (70 %)"),
        (truth(upper_colour=0.40, backpack=0.44, other=0.16), "right", "as the explanation says"),
        (truth(upper_colour=0.95, other=0.05), "partly right", "far off are upper colour (95 %, not 60 %)"),
        (truth(upper_colour=0.60, handbag=0.3, other=0.1), "partly right", "are backpack (0 %, not 30 %)"),
        (truth(upper_colour=0.2, backpack=0.7, other=0.1), "wrong", "(60 %), which in truth carries 20 %"),
        (truth(other=1.0), "wrong", "What carries most is “other” (100 %)."),
    ],
)  # fmt: skip
def test_the_verdict_follows_from_the_shares(true: PairTruth, agreement: str, words: str) -> None:
    view = view_truth(explained(), true)
    assert view.agreement == agreement and words in view.sentence


def test_the_rows_are_what_matters_on_either_side_largest_truth_first() -> None:
    rows = view_truth(explained(), truth(backpack=0.7, hat=0.26, other=0.04)).rows
    assert [row.name for row in rows] == ["backpack", "hat", OTHER, "upper colour"]
    assert [row.measured for row in rows] == ["70 %", "26 %", "4 %", "0 %"]
    assert [row.explained for row in rows] == ["30 %", "0 %", "10 %", "60 %"]
    assert [row.far_off for row in rows] == [True, True, False, True]


def test_parts_that_are_level_in_the_explanation_are_not_told_apart() -> None:
    level = example_explanation(contributions={"upper red": 4.2, "backpack": 3.9}, other=1.9, small=0.0)
    assert view_truth(level, truth(upper_colour=0.3, backpack=0.5, other=0.2)).agreement == "right"
