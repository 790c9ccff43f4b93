from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from attrimeter.errors import SettingsError
from attrimeter.metrics.bootstrap import bootstrap_ratio
from attrimeter.metrics.calibration import (
    CalibrationTally,
    brier_score,
    even_odds_weights,
    expected_calibration_error,
    reliability_bins,
    score_calibration,
)
from attrimeter.values import Score

Array = np.ndarray[Any, np.dtype[Any]]


def random_pairs(
    pairs: int = 400, *, seed: int = 0, identities: int = 20
) -> tuple[Array, Array, Array, Array]:
    """Probabilities that err by up to a fifth, some of them on the edges of bins; identities not in order."""
    rng = np.random.default_rng(seed)
    probabilities = np.where(rng.random(pairs) < 0.2, rng.integers(0, 16, pairs) / 15, rng.random(pairs))
    outcomes = rng.random(pairs) < np.clip(1.2 * probabilities - 0.1, 0, 1)
    return probabilities, outcomes, rng.integers(0, identities, pairs) * 7 - 30, rng.random(pairs) + 0.1


def plain_scores(probabilities: Array, outcomes: Array, weights: Array, bins: int) -> tuple[float, float]:
    """Calibration error and Brier score, one bin and one pair at a time."""
    items = list(zip(probabilities.tolist(), outcomes.tolist(), weights.tolist(), strict=True))
    total = sum(weight for _, _, weight in items)
    error = 0.0
    for edge in range(bins):
        low, high = edge / bins, (edge + 1) / bins
        inside = [item for item in items if low < item[0] <= high or (edge == 0 and item[0] == 0)]
        weight = sum(item[2] for item in inside)
        if weight > 0:
            confidence = sum(p * w for p, _, w in inside) / weight
            share = sum(w for _, outcome, w in inside if outcome) / weight
            error += weight / total * abs(confidence - share)
    return error, sum(w * (p - outcome) ** 2 for p, outcome, w in items) / total


@pytest.mark.parametrize("bins", [1, 4, 15])
@pytest.mark.parametrize("seed", range(4))
def test_scores_against_plain_python(seed: int, bins: int) -> None:
    probabilities, outcomes, _, weights = random_pairs(seed=seed)
    error, brier = plain_scores(probabilities, outcomes, weights, bins)
    assert error > 0.001
    found = expected_calibration_error(probabilities, outcomes, weights=weights, bins=bins)
    assert math.isclose(found, error, rel_tol=1e-9)
    assert math.isclose(brier_score(probabilities, outcomes, weights=weights), brier, rel_tol=1e-9)
    error, brier = plain_scores(probabilities, outcomes, np.ones(len(weights)), bins)
    assert math.isclose(expected_calibration_error(probabilities, outcomes, bins=bins), error, rel_tol=1e-9)
    assert math.isclose(brier_score(probabilities, outcomes), brier, rel_tol=1e-9)


def test_bins_by_hand() -> None:
    """Of four bins the third is empty; an edge belongs to the bin below it, 0 to the first."""
    probabilities = np.array([0.0, 0.25, 0.5, 0.8, 1.0, 1.0])
    outcomes = np.array([False, True, False, True, True, False])
    found = reliability_bins(probabilities, outcomes, weights=np.array([1.0, 3, 1, 1, 1, 2]), bins=4)
    np.testing.assert_allclose(found.edges, [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(found.mean_probability, [0.1875, 0.5, np.nan, 0.95])
    np.testing.assert_allclose(found.positive_share, [0.75, 0, np.nan, 0.5])
    np.testing.assert_allclose(found.weight, [4, 1, 0, 4])


def test_error_by_hand() -> None:
    """One bin of three pairs that says 0.9 and holds two of three, one that says 0.1 and holds none."""
    probabilities, outcomes = np.array([0.9, 0.9, 0.9, 0.1]), np.array([True, True, False, False])
    error = expected_calibration_error(probabilities, outcomes, bins=10)
    assert math.isclose(error, 0.75 * (0.9 - 2 / 3) + 0.25 * 0.1)
    assert math.isclose(brier_score(probabilities, outcomes), (2 * 0.01 + 0.81 + 0.01) / 4)


def test_weights_count_as_copies() -> None:
    probabilities, outcomes, identities, _ = random_pairs(60)
    times = np.random.default_rng(1).integers(0, 4, 60)
    weighted = score_calibration(probabilities, outcomes, identities, weights=times.astype(np.float64))
    found = weighted.expected_calibration_error.value, weighted.brier_score.value
    copied = tuple(np.repeat(values, times) for values in (probabilities, outcomes))
    assert math.isclose(found[0], expected_calibration_error(*copied), rel_tol=1e-9)
    assert math.isclose(found[1], brier_score(*copied), rel_tol=1e-9)


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


def test_even_odds_weights_halve_the_total() -> None:
    outcomes = np.array([True, False, False, False, False])
    np.testing.assert_allclose(even_odds_weights(outcomes), [0.5, 0.125, 0.125, 0.125, 0.125])
    np.testing.assert_allclose(even_odds_weights(np.array([True, True])), [0.25, 0.25])
    assert even_odds_weights(np.zeros(0, dtype=bool)).shape == (0,)


def test_even_odds_equal_their_weights() -> None:
    probabilities, outcomes, identities, _ = random_pairs()
    weights = even_odds_weights(outcomes)
    by_weight = score_calibration(probabilities, outcomes, identities, weights=weights)
    tally = CalibrationTally(even_odds=True)
    tally.add(probabilities, outcomes, identities)
    by_tally = tally.scores()
    assert math.isclose(by_weight.expected_calibration_error.value, by_tally.expected_calibration_error.value)
    assert math.isclose(by_weight.brier_score.value, by_tally.brier_score.value)
    weighted = reliability_bins(probabilities, outcomes, weights=weights)
    np.testing.assert_allclose(tally.reliability_bins().weight, weighted.weight)
    np.testing.assert_allclose(tally.reliability_bins().positive_share, weighted.positive_share)


def test_probabilities_at_even_odds_are_calibrated_at_even_odds_alone() -> None:
    """One pair in fifty is of the same person; what Bayes' rule says at even odds errs on the raw mix."""
    rng = np.random.default_rng(0)
    outcomes = rng.random(60_000) < 0.02
    evidence = rng.normal(size=60_000) + np.where(outcomes, 1.0, -1.0)
    probabilities, identities = 1 / (1 + np.exp(-2 * evidence)), rng.integers(0, 300, 60_000)
    even = score_calibration(probabilities, outcomes, identities, even_odds=True)
    raw = score_calibration(probabilities, outcomes, identities)
    assert even.expected_calibration_error.value < 0.02
    assert raw.expected_calibration_error.value > 0.1


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


def test_single_precision_and_nan() -> None:
    probabilities, outcomes, identities, weights = random_pairs(50)
    more = [
        np.append(probabilities, [np.nan]).astype(np.float32),
        np.append(outcomes, [True]),
        np.append(identities, [999]),
        np.append(weights, [5.0]),
    ]
    found, expected = CalibrationTally(bins=7), CalibrationTally(bins=7)
    found.add(*more)
    expected.add(probabilities.astype(np.float32), outcomes, identities, weights)
    assert found.scores() == expected.scores()
    assert found.scores().pairs == 50


def is_unknown(score: Score) -> bool:
    return math.isnan(score.value) and math.isnan(score.low) and math.isnan(score.high)


def test_nothing_added() -> None:
    for even_odds in (False, True):
        tally = CalibrationTally(even_odds=even_odds)
        tally.add(np.zeros(0), np.zeros(0, dtype=bool), np.zeros(0, dtype=int))
        scores = tally.scores()
        assert is_unknown(scores.expected_calibration_error) and is_unknown(scores.brier_score)
        assert scores.pairs == 0
        assert np.isnan(tally.reliability_bins().mean_probability).all()
    assert math.isnan(expected_calibration_error(np.zeros(0), np.zeros(0, dtype=bool)))


def test_one_identity_and_one_outcome() -> None:
    halves, positive, one = np.full(4, 0.5), np.ones(4, dtype=bool), np.zeros(4, dtype=int)
    score = score_calibration(halves, positive, one).brier_score
    assert score.value == 0.25 and math.isnan(score.low) and math.isnan(score.high)
    scores = score_calibration(halves, positive, np.arange(4), even_odds=True)
    assert is_unknown(scores.expected_calibration_error) and is_unknown(scores.brier_score)


def test_replicates_without_either_outcome_are_left_out() -> None:
    """Two identities, one all positive: at even odds only the draw of both can be scored."""
    score = score_calibration(
        np.array([0.8, 0.4]), np.array([True, False]), np.array([1, 2]), even_odds=True
    ).brier_score
    np.testing.assert_allclose([score.value, score.low, score.high], [0.1, 0.1, 0.1])


@pytest.mark.parametrize("wrong", [-0.1, 1.5, math.inf])
def test_probabilities_outside_their_range(wrong: float) -> None:
    with pytest.raises(SettingsError, match="must lie between 0 and 1"):
        brier_score(np.array([0.5, wrong]), np.array([True, False]))


def test_no_bins() -> None:
    with pytest.raises(SettingsError, match="0 bins"):
        CalibrationTally(bins=0)
