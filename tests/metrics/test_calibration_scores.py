from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from attrimeter.errors import SettingsError
from attrimeter.metrics.calibration_tally import CalibrationTally
from metrics.calibration_examples import (
    brier_score,
    even_odds_weights,
    expected_calibration_error,
    is_unknown,
    plain_scores,
    random_pairs,
    reliability_bins,
    score_calibration,
)

Array = np.ndarray[Any, np.dtype[Any]]


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


def test_one_identity_and_one_outcome() -> None:
    halves, positive, one = np.full(4, 0.5), np.ones(4, dtype=bool), np.zeros(4, dtype=int)
    score = score_calibration(halves, positive, one).brier_score
    assert score.value == 0.25 and math.isnan(score.low) and math.isnan(score.high)
    scores = score_calibration(halves, positive, np.arange(4), even_odds=True)
    assert is_unknown(scores.expected_calibration_error) and is_unknown(scores.brier_score)


@pytest.mark.parametrize("wrong", [-0.1, 1.5, math.inf])
def test_probabilities_outside_their_range(wrong: float) -> None:
    with pytest.raises(SettingsError, match="must lie between 0 and 1"):
        brier_score(np.array([0.5, wrong]), np.array([True, False]))
