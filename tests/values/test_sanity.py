"""When a sanity check came out as it must."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from attrimeter.values import Score
from attrimeter.values.sanity import Agreement
from figures.check_examples import UNKNOWN, around, example_sanity


def test_an_error_beside_another_target_must_double() -> None:
    found = example_sanity()
    assert found.times_worse == pytest.approx(0.5 / 0.27) and not found.holds["other target"]
    worse = replace(found, other_target=Agreement(around(0.5), around(0.54)))
    assert worse.times_worse == pytest.approx(2) and worse.holds["other target"]
    perfect = replace(found, own=Agreement(around(1.0), around(0.0)))
    assert math.isnan(perfect.times_worse) and not perfect.holds["other target"]


@pytest.mark.parametrize("name", ["shuffled_weights", "shuffled_labels"])
def test_what_was_shuffled_must_agree_no_better_than_the_average(name: str) -> None:
    """The average has a Spearman of 0.61 to 0.65 and an error of 0.49 to 0.53."""
    for spearman, error, holds in (
        (0.65, 0.49, True), (0.66, 0.49, False), (0.65, 0.48, False), (-0.3, 2.0, True),
    ):  # fmt: skip
        agreement = Agreement(around(spearman), around(error))
        checked = replace(example_sanity(), **{name: agreement}).holds
        assert checked[name.replace("_", " ")] is holds
    unknown = replace(example_sanity(), **{name: Agreement(UNKNOWN, around(0.6))})
    assert not unknown.holds[name.replace("_", " ")]
    known = Agreement(Score(0.63, math.nan, math.nan), Score(0.51, math.nan, math.nan))
    better = replace(example_sanity(), average=known, **{name: Agreement(around(0.64), around(0.6))})
    assert not better.holds[name.replace("_", " ")]


def test_seeds_must_rank_alike() -> None:
    assert example_sanity().holds["other seeds"]
    assert not replace(example_sanity(), seeds=around(0.89)).holds["other seeds"]
    assert not replace(example_sanity(), seeds=UNKNOWN).holds["other seeds"]


def test_what_was_not_checked_is_not_told() -> None:
    found = replace(example_sanity(), other_target=None, other_average=None, shuffled_labels=None, seeds=None)
    assert set(found.holds) == {"shuffled weights"} and math.isnan(found.times_worse)
