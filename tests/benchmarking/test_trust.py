"""The trust card of an interpreter: verdicts by the rule, scores on the right pairs, residuals of its own."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from attrimeter.benchmarking.trust import judge_group, make_trust_card
from attrimeter.metrics.intervals import fit_residuals
from attrimeter.values import OTHER, Attribution, GroupScores, MeasuredPairs, Score
from attrimeter.values.trust import TrustCard

Array = np.ndarray[Any, np.dtype[Any]]
GROUPS = ("hat", "upper colour", "gender", "type")
COUNT = 240


def measured_pairs() -> MeasuredPairs:
    """A third each of few, many and same; *type* differs in 5 pairs only."""
    rng = np.random.default_rng(4)
    kinds = np.array(["few", "many", "same"])[np.arange(COUNT) % 3]
    differs = (rng.random((COUNT, 4)) < 0.7) & (kinds != "same")[:, None]
    differs[:, 3] &= np.arange(COUNT) < 12
    total = rng.uniform(50, 200, COUNT)
    truth = rng.gamma(2, 0.1, (COUNT, 4)) * differs * total[:, None]
    blank = np.zeros((COUNT, 4, 2), dtype=np.uint8)
    return MeasuredPairs(
        target_fingerprint="0" * 64,
        groups=GROUPS,
        first=np.stack([blank] * 3, axis=-1),
        second=np.stack([blank] * 3, axis=-1),
        first_masks=blank,
        second_masks=blank,
        differs=differs,
        truth=truth,
        none=total - truth.sum(axis=1),
        total=total,
        kinds=kinds,
        identities=np.arange(COUNT) // 3,
    )


def attribution(contributions: Array) -> Attribution:
    return Attribution("x", False, contributions, None, None, 0.0)


def average_share(pairs: MeasuredPairs) -> Array:
    shares = pairs.truth / pairs.total[:, None]
    mean = shares.sum(axis=0) / np.maximum(pairs.differs.sum(axis=0), 1)
    averaged: Array = mean * pairs.differs * pairs.total[:, None]
    return averaged


def nearly_true(pairs: MeasuredPairs) -> Array:
    """Right but for a little noise, except for *gender*, which is noise alone; absurd on the same person."""
    rng = np.random.default_rng(5)
    told = pairs.truth * rng.uniform(0.8, 1.2, pairs.truth.shape)
    told[:, 2] = rng.gamma(2, 0.1, COUNT) * pairs.total
    told[pairs.kinds == "same"] = 1e6
    return told


PAIRS = measured_pairs()


@pytest.fixture(scope="module")
def card() -> TrustCard:
    return make_trust_card(
        PAIRS, attribution(nearly_true(PAIRS)), attribution(average_share(PAIRS)), samples=50
    )


def test_verdicts(card: TrustCard) -> None:
    assert {name: trust.verdict for name, trust in card.groups.items()} == {
        "hat": "measured",
        "upper colour": "measured",
        "gender": "weak",
        "type": "not measured",
    }
    assert card.status == "measured" and card.pairs == 160 and card.beats_baseline
    assert card.groups["hat"].pairs == int(PAIRS.differs[:, 0].sum())


def test_the_card_s_errors_are_those_of_pairs_with_many_differences(card: TrustCard) -> None:
    many = PAIRS.kinds == "many"
    for told, score in (
        (nearly_true(PAIRS), card.interpreter_error),
        (average_share(PAIRS), card.baseline_error),
    ):
        miss = np.abs(told - PAIRS.truth)[many].sum() / np.abs(PAIRS.truth)[many].sum()
        assert score.value == pytest.approx(miss)


def test_numbers_of_a_group_are_those_of_different_persons(card: TrustCard) -> None:
    rows = PAIRS.differs[:, 0]
    told, truth = nearly_true(PAIRS)[rows, 0], PAIRS.truth[rows, 0]
    trust = card.groups["hat"]
    assert trust.relative_error == pytest.approx(np.abs(told - truth).sum() / truth.sum())
    assert trust.true_share == pytest.approx((truth / PAIRS.total[rows]).mean())
    assert trust.leak == pytest.approx(0, abs=1e-12)


def test_residuals_are_fitted_on_pairs_of_different_persons(card: TrustCard) -> None:
    rows = PAIRS.kinds != "same"
    told = nearly_true(PAIRS)[rows]
    assert card.residuals["gender"] == fit_residuals(told[:, 2], PAIRS.truth[rows, 2], PAIRS.total[rows])
    left = PAIRS.total[rows] - told.sum(axis=1)
    assert card.residuals[OTHER] == fit_residuals(left, PAIRS.none[rows], PAIRS.total[rows])


def test_the_words_name_the_groups_and_compare_the_errors(card: TrustCard) -> None:
    first, second, third = card.words
    assert first == (
        "On 160 rendered pairs of unseen persons this interpreter's "
        "attribution of hat and upper colour agreed with measured truth; its attribution of gender did not."
    )
    assert second == "Too few of these pairs differed in type to tell."
    own, average = card.interpreter_error.value, card.baseline_error.value
    assert f"{own:.2f} of the true ones, less than" in third and f"({average:.2f})" in third
    swapped = make_trust_card(PAIRS, attribution(average_share(PAIRS)), attribution(PAIRS.truth), samples=50)
    assert "no less than" in swapped.words[-1] and not swapped.beats_baseline


def test_too_few_pairs_measure_nothing() -> None:
    few = replace(PAIRS, kinds=np.where(np.arange(COUNT) < 19, "many", "same"))
    card = make_trust_card(few, attribution(nearly_true(few)), attribution(average_share(few)), samples=50)
    assert card.status == "not measured" and not card.groups and not card.residuals
    assert "19 pairs are too few" in card.words[0] and not card.beats_baseline


def group_scores(error: float, correlation: float, pairs: int = 100) -> GroupScores:
    def score(value: float) -> Score:
        return Score(value, value, value)

    return GroupScores(score(error), score(0.01), score(correlation), score(0.9), score(0.2), pairs)


@pytest.mark.parametrize(
    ("error", "correlation", "pairs", "average", "verdict"),
    [
        (0.59, 0.6, 20, 0.7, "measured"),
        (0.6, 0.9, 100, 0.7, "weak"),
        (0.3, 0.59, 100, 0.7, "weak"),
        (0.3, 0.9, 100, 0.3, "weak"),
        (0.3, math.nan, 100, 0.7, "weak"),
        (math.nan, 0.9, 100, 0.7, "weak"),
        (0.3, 0.9, 19, 0.7, "not measured"),
    ],
)
def test_the_rule(error: float, correlation: float, pairs: int, average: float, verdict: str) -> None:
    trust = judge_group(group_scores(error, correlation, pairs), group_scores(average, 0.5))
    assert trust.verdict == verdict
    assert trust.words.startswith(f"{verdict}: ") and "nan" not in trust.words
