"""How well probabilities of "same person" agree with what is: reliability, calibration error, Brier score."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from attrimeter.metrics.calibration_tally import BINS, CalibrationScores, CalibrationTally, ReliabilityBins

Array = np.ndarray[Any, np.dtype[Any]]


def reliability_bins(
    probabilities: Float[Array, " pairs"],
    outcomes: Bool[Array, " pairs"],
    *,
    weights: Float[Array, " pairs"] | None = None,
    bins: int = BINS,
) -> ReliabilityBins:
    """The reliability diagram of pairs; arguments and errors as :meth:`CalibrationTally.add`."""
    return _tally_alike(probabilities, outcomes, weights=weights, bins=bins).reliability_bins()


def expected_calibration_error(
    probabilities: Float[Array, " pairs"],
    outcomes: Bool[Array, " pairs"],
    *,
    weights: Float[Array, " pairs"] | None = None,
    bins: int = BINS,
) -> float:
    """The mean distance between probability and share of positives over bins, by their weight, in [0, 1].

    Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI
    2015; with bins of the probability of a positive, not of the confidence in the likelier outcome as in
    Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, equation 3.

    Args:
        probabilities, outcomes, weights: as in :meth:`CalibrationTally.add`, and its errors.
        bins: number of bins.

    Returns:
        NaN if there are no pairs or no weight.
    """
    tally = _tally_alike(probabilities, outcomes, weights=weights, bins=bins)
    return tally.scores().expected_calibration_error.value


def brier_score(
    probabilities: Float[Array, " pairs"],
    outcomes: Bool[Array, " pairs"],
    *,
    weights: Float[Array, " pairs"] | None = None,
) -> float:
    """The weighted mean of (probability - outcome)^2, in [0, 1] (Brier, "Verification of Forecasts Expressed
    in Terms of Probability", 1950, halved); NaN without pairs or weight. Arguments and errors as
    :meth:`CalibrationTally.add`."""
    return _tally_alike(probabilities, outcomes, weights=weights, bins=1).scores().brier_score.value


def score_calibration(
    probabilities: Float[Array, " pairs"],
    outcomes: Bool[Array, " pairs"],
    identities: Int[Array, " pairs"],
    *,
    weights: Float[Array, " pairs"] | None = None,
    samples: int = 1000,
    seed: int = 0,
    bins: int = BINS,
    even_odds: bool = False,
) -> CalibrationScores:
    """Calibration error and Brier score of pairs that fit in memory; for more, see :class:`CalibrationTally`,
    whose arguments and errors these are."""
    tally = CalibrationTally(bins=bins, even_odds=even_odds)
    tally.add(probabilities, outcomes, identities, weights)
    return tally.scores(samples=samples, seed=seed)


def even_odds_weights(outcomes: Bool[Array, " pairs"]) -> Float[Array, " pairs"]:
    """Weights by which positives and negatives each sum to 1/2: the same and a different person are equally
    likely beforehand. If all outcomes are alike, theirs still sum to 1/2."""
    positives = int(np.count_nonzero(outcomes))
    of_positive, of_negative = 0.5 / max(positives, 1), 0.5 / max(len(outcomes) - positives, 1)
    return np.where(outcomes, of_positive, of_negative)


def _tally_alike(
    probabilities: Array, outcomes: Array, *, weights: Array | None, bins: int
) -> CalibrationTally:
    """A tally of pairs as if they were of one identity, for what needs no interval."""
    tally = CalibrationTally(bins=bins)
    tally.add(probabilities, outcomes, np.zeros(len(probabilities), dtype=np.int64), weights)
    return tally
