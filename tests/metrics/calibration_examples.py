"""Pairs with probabilities that err, and outcomes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from attrimeter.metrics.calibration_tally import BINS, CalibrationScores, CalibrationTally, ReliabilityBins
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


def is_unknown(score: Score) -> bool:
    return math.isnan(score.value) and math.isnan(score.low) and math.isnan(score.high)


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


def score_calibration(
    probabilities: Array,
    outcomes: Array,
    identities: Array | None = None,
    *,
    weights: Array | None = None,
    bins: int = BINS,
    even_odds: bool = False,
    samples: int = 1000,
    seed: int = 0,
) -> CalibrationScores:
    """The scores of pairs added at once; without identities, they are all of one."""
    tally = CalibrationTally(bins=bins, even_odds=even_odds)
    owners = np.zeros(len(probabilities), dtype=np.int64) if identities is None else identities
    tally.add(probabilities, outcomes, owners, weights)
    return tally.scores(samples=samples, seed=seed)


def reliability_bins(
    probabilities: Array, outcomes: Array, *, weights: Array | None = None, bins: int = BINS
) -> ReliabilityBins:
    tally = CalibrationTally(bins=bins)
    tally.add(probabilities, outcomes, np.zeros(len(probabilities), dtype=np.int64), weights)
    return tally.reliability_bins()


def expected_calibration_error(probabilities: Array, outcomes: Array, **settings: Any) -> float:
    return score_calibration(probabilities, outcomes, **settings).expected_calibration_error.value


def brier_score(probabilities: Array, outcomes: Array, **settings: Any) -> float:
    return score_calibration(probabilities, outcomes, **settings).brier_score.value


def even_odds_weights(outcomes: Array) -> Array:
    """Weights by which positives and negatives each sum to 1/2, or the only ones there are."""
    positives = int(np.count_nonzero(outcomes))
    shares = 0.5 / max(positives, 1), 0.5 / max(len(outcomes) - positives, 1)
    return np.where(outcomes, *shares)
