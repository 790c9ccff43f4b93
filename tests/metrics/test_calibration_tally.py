from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from attrimeter.errors import SettingsError
from attrimeter.metrics.bootstrap import bootstrap_ratio
from attrimeter.metrics.calibration_tally import CalibrationTally
from metrics.calibration_examples import (
    even_odds_weights,
    expected_calibration_error,
    is_unknown,
    plain_scores,
    random_pairs,
    reliability_bins,
    score_calibration,
)

Array = np.ndarray[Any, np.dtype[Any]]


@pytest.mark.parametrize("even_odds", [False, True])
def test_intervals_against_resampling_pair_by_pair(even_odds: bool) -> None:
    """The same draws of identities, but every replicate put together from its pairs."""
    probabilities, outcomes, identities, weights = random_pairs(150, identities=12)
    names = np.unique(identities)
    errors, briers = [], []
    for times in np.random.default_rng(5).multinomial(12, np.full(12, 1 / 12), size=60):
        rows = np.repeat(np.arange(150), times[np.searchsorted(names, identities)])
        weight = weights[rows]
        if even_odds:
            same = outcomes[rows]
            weight = np.where(same, weight / weight[same].sum(), weight / weight[~same].sum())
        error, brier = plain_scores(probabilities[rows], outcomes[rows], weight, 15)
        errors.append(error)
        briers.append(brier)
    scores = score_calibration(
        probabilities, outcomes, identities, weights=weights, samples=60, seed=5, even_odds=even_odds
    )
    error, brier = scores.expected_calibration_error, scores.brier_score
    np.testing.assert_allclose([brier.low, brier.high], np.quantile(briers, [0.025, 0.975]))
    high = np.quantile(errors, 0.975)
    assert error.value < high < 2 * error.value
    np.testing.assert_allclose([error.low, error.high], [2 * error.value - high, high])
    assert scores.pairs == 150


def test_intervals_hold_the_truth() -> None:
    """Probabilities that are too sure, of identities that scatter: 40 samples of 60 identities."""
    rng = np.random.default_rng(0)

    def sample(identities: int) -> tuple[Array, Array, Array]:
        identity = np.repeat(np.arange(identities), 30)
        outcomes = rng.random(len(identity)) < 0.2
        evidence = rng.normal(size=len(identity)) + np.where(outcomes, 1, -1)
        evidence += 0.3 * rng.normal(size=identities)[identity]
        return 1 / (1 + np.exp(-4 * evidence)), outcomes, identity

    truth = score_calibration(*sample(4000), even_odds=True, samples=2)
    held = np.zeros(2)
    for seed in range(40):
        scores = score_calibration(*sample(60), even_odds=True, samples=200, seed=seed)
        error, brier = scores.expected_calibration_error, scores.brier_score
        held += [
            error.low <= truth.expected_calibration_error.value <= error.high,
            brier.low <= truth.brier_score.value <= brier.high,
        ]
    assert (held >= 35).all()


def test_brier_score_is_a_bootstrapped_ratio() -> None:
    probabilities, outcomes, identities, weights = random_pairs()
    scores = score_calibration(probabilities, outcomes, identities, weights=weights, seed=3)
    squares = weights * np.square(probabilities - outcomes)
    expected = bootstrap_ratio(squares, weights, identities, seed=3)
    found = scores.brier_score
    np.testing.assert_allclose(
        [found.value, found.low, found.high], [expected.value, expected.low, expected.high]
    )


@pytest.mark.parametrize("even_odds", [False, True])
def test_intervals_of_bins_against_resampling_pair_by_pair(even_odds: bool) -> None:
    """The same draws of identities, but every bin of every replicate put together from its pairs."""
    probabilities, outcomes, identities, weights = random_pairs(150, identities=12)
    names, replicates = np.unique(identities), []
    for times in np.random.default_rng(5).multinomial(12, np.full(12, 1 / 12), size=60):
        rows = np.repeat(np.arange(150), times[np.searchsorted(names, identities)])
        weight, same = weights[rows], outcomes[rows]
        if even_odds:
            weight = np.where(same, weight / weight[same].sum(), weight / weight[~same].sum())
        found = reliability_bins(probabilities[rows], same, weights=weight, bins=5)
        replicates.append(found.positive_share)
    tally = CalibrationTally(bins=5, even_odds=even_odds)
    tally.add(probabilities, outcomes, identities, weights)
    bins = tally.reliability_bins(samples=60, seed=5)
    expected = np.quantile(np.array(replicates), [0.025, 0.975], axis=0)
    assert bins.positive_share[4] == 1 and np.isnan([bins.low[4], bins.high[4]]).all()
    np.testing.assert_allclose([bins.low[:4], bins.high[:4]], expected[:, :4])
    assert ((bins.low < bins.positive_share) & (bins.positive_share < bins.high))[:4].all()


def test_bins_from_which_resampling_cannot_learn_have_no_interval() -> None:
    """By hand: one outcome alone, both from one identity, both from two, none."""
    probabilities = np.array([0.1, 0.1, 0.3, 0.3, 0.6, 0.6, 0.6])
    outcomes = np.array([False, False, True, False, True, False, True])
    tally = CalibrationTally(bins=4)
    tally.add(probabilities, outcomes, np.array([1, 2, 3, 3, 1, 2, 3]))
    found = tally.reliability_bins()
    assert np.isfinite(found.low).tolist() == [False, False, True, False]
    assert np.isfinite(found.high).tolist() == [False, False, True, False]
    assert found.low[2] == 0 and found.high[2] == 1
    alone = reliability_bins(probabilities, outcomes)
    assert np.isnan(alone.low).all() and np.isnan(alone.high).all()


@pytest.mark.parametrize("even_odds", [False, True])
def test_blocks_add_up(even_odds: bool) -> None:
    """Blocks of any size, in which identities appear anew and again, give what all pairs at once give."""
    pairs = random_pairs(300, identities=40)
    tally = CalibrationTally(even_odds=even_odds)
    for start, end in ((0, 1), (1, 90), (90, 90), (90, 300)):
        tally.add(*(values[start:end] for values in pairs))
    whole = CalibrationTally(even_odds=even_odds)
    whole.add(*pairs)
    a, b = tally.scores(), whole.scores()
    assert a.pairs == b.pairs == 300
    for one, other in (
        (a.expected_calibration_error, b.expected_calibration_error),
        (a.brier_score, b.brier_score),
    ):
        np.testing.assert_allclose([one.value, one.low, one.high], [other.value, other.low, other.high])
    for name in ("mean_probability", "positive_share", "low", "high", "weight"):
        np.testing.assert_allclose(
            getattr(tally.reliability_bins(), name), getattr(whole.reliability_bins(), name)
        )


def test_even_odds_hold_in_every_replicate() -> None:
    """Always 1/2 is right at even odds, however many positives an identity happens to have."""
    rng = np.random.default_rng(0)
    identities = np.arange(200) // 10
    outcomes = rng.random(200) < rng.random(20)[identities]
    halves = np.full(200, 0.5)
    by_decree = score_calibration(halves, outcomes, identities, even_odds=True).expected_calibration_error
    by_chance = score_calibration(halves, outcomes, identities, weights=even_odds_weights(outcomes))
    assert by_decree.high < 1e-9
    assert by_chance.expected_calibration_error.high > 0.02


def test_nothing_added() -> None:
    for even_odds in (False, True):
        tally = CalibrationTally(even_odds=even_odds)
        tally.add(np.zeros(0), np.zeros(0, dtype=bool), np.zeros(0, dtype=int))
        scores = tally.scores()
        assert is_unknown(scores.expected_calibration_error) and is_unknown(scores.brier_score)
        assert scores.pairs == 0
        assert np.isnan(tally.reliability_bins().mean_probability).all()
    assert math.isnan(expected_calibration_error(np.zeros(0), np.zeros(0, dtype=bool)))


def test_replicates_without_either_outcome_are_left_out() -> None:
    """Two identities, one all positive: at even odds only the draw of both can be scored."""
    score = score_calibration(
        np.array([0.8, 0.4]), np.array([True, False]), np.array([1, 2]), even_odds=True
    ).brier_score
    np.testing.assert_allclose([score.value, score.low, score.high], [0.1, 0.1, 0.1])


def test_no_bins() -> None:
    with pytest.raises(SettingsError, match="0 bins"):
        CalibrationTally(bins=0)
