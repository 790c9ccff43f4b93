"""Calibration over blocks of pairs: bins, calibration error and Brier score, with intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from attrimeter.arrays import Array
from attrimeter.errors import SettingsError
from attrimeter.metrics.bootstrap import LEVELS, UNKNOWN, draw_groups, with_interval
from attrimeter.values import Score

BINS = 15
"""Of equal width, as in Guo et al. 2017."""


@dataclass(frozen=True)
class ReliabilityBins:
    """A reliability diagram: probabilities between 0 and 1 in bins of equal width.

    Bin m holds ``edges[m] < p <= edges[m + 1]``, the first one also 0.

    Attributes:
        edges: from 0 to 1, one more than bins.
        mean_probability: weighted mean in each bin; NaN in empty ones.
        positive_share: weighted share of positives in each bin; NaN in empty ones.
        low, high: ends of the share's 95 % interval, bootstrapped over identities; NaN in bins that hold one
            outcome alone or pairs of fewer than two identities, of which resampling cannot learn.
        weight: summed weight in each bin (the number of pairs where they have no weights).
    """

    edges: Float[Array, " edges"]
    mean_probability: Float[Array, " bins"]
    positive_share: Float[Array, " bins"]
    low: Float[Array, " bins"]
    high: Float[Array, " bins"]
    weight: Float[Array, " bins"]


@dataclass(frozen=True)
class CalibrationScores:
    """How far probabilities lie from what is; 0 is best.

    Attributes:
        expected_calibration_error: the mean distance between probability and share of positives over bins,
            by their weight, in [0, 1]: Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated
            Probabilities Using Bayesian Binning", AAAI 2015; with bins of the probability of a positive, not
            of the confidence in the likelier outcome as in Guo et al., "On Calibration of Modern Neural
            Networks", ICML 2017, equation 3.
        brier_score: the weighted mean of (probability - outcome)^2, in [0, 1] (Brier, "Verification of
            Forecasts Expressed in Terms of Probability", 1950, halved); always saying 1/2 gives 0.25.
        pairs: how many were scored.
    """

    expected_calibration_error: Score
    brier_score: Score
    pairs: int


class CalibrationTally:
    """What calibration needs to know of pairs, added up in blocks: sums for each identity, outcome and bin.

    Args:
        bins: number of bins.
        even_odds: scale the weights of positives and of negatives so that each sum to 1/2, whatever was
            added. Replicates of the bootstrap are scaled anew, since their odds must be even, too; with
            fixed weights they would vary by chance.

    Raises:
        SettingsError: fewer than one bin.
    """

    def __init__(self, *, bins: int = BINS, even_odds: bool = False) -> None:
        if bins < 1:
            raise SettingsError(f"Probabilities cannot be sorted into {bins} bins; choose 1 or more.")
        self.bins, self.even_odds = bins, even_odds
        self._identities: Array = np.zeros(0, dtype=np.int64)
        self._sums = np.zeros((0, 3, 2, bins))  # weights, weighted probabilities, weighted squared errors
        self._pairs = 0

    def add(
        self,
        probabilities: Float[Array, " pairs"],
        outcomes: Bool[Array, " pairs"],
        identities: Int[Array, " pairs"],
        weights: Float[Array, " pairs"] | None = None,
    ) -> None:
        """Add a block of pairs, in any order.

        Args:
            probabilities: of a positive outcome, in [0, 1]; NaN items are left out.
            outcomes: whether the pair shows the same person.
            identities: of each pair: that of its first image. Intervals are bootstrapped over them.
            weights: of each pair, not negative; all 1 if None.

        Raises:
            SettingsError: probabilities outside [0, 1].
        """
        there = ~np.isnan(probabilities)
        probability, outcome = probabilities[there].astype(np.float64), outcomes[there]
        if probability.size == 0:
            return
        if probability.min() < 0 or probability.max() > 1:
            raise SettingsError(
                f"The probabilities reach from {probability.min():.3g} to {probability.max():.3g}; they must "
                "lie between 0 and 1: turn scores or logits into probabilities first."
            )
        weight = np.ones(len(probability)) if weights is None else weights[there].astype(np.float64)
        known, identity = np.unique(identities[there], return_inverse=True)
        box = np.maximum(np.searchsorted(self._edges(), probability) - 1, 0)
        cell = (identity * 2 + outcome) * self.bins + box
        shape = (len(known), 2, self.bins)
        sums = [
            np.bincount(cell, weights=values, minlength=len(known) * 2 * self.bins).reshape(shape)
            for values in (weight, weight * probability, weight * np.square(probability - outcome))
        ]
        self._make_room(known)
        self._sums[np.searchsorted(self._identities, known)] += np.stack(sums, axis=1)
        self._pairs += len(probability)

    def reliability_bins(self, *, samples: int = 1000, seed: int = 0) -> ReliabilityBins:
        """The reliability diagram of all that was added; all bins are empty if that is nothing.

        Args:
            samples: number of replicates; those in which a bin is empty are left out of its interval.
            seed: the same seed gives the same intervals.
        """
        weight, probability, _ = self._even(self._sums.sum(axis=0))
        total = weight.sum(axis=0)
        with np.errstate(invalid="ignore"):
            mean_probability, positive_share = probability.sum(axis=0) / total, weight[1] / total
        low, high = self._share_intervals(samples, seed)
        return ReliabilityBins(self._edges(), mean_probability, positive_share, low, high, total)

    def scores(self, *, samples: int = 1000, seed: int = 0) -> CalibrationScores:
        """The scores of all that was added, with 95 % intervals bootstrapped over identities.

        The Brier score's is that of :func:`attrimeter.metrics.bootstrap_mean`. The calibration error counts
        noise as error, so with few pairs it lies too high, and replicates, which add their own noise, higher
        still: its interval ends at their 97.5 % quantile and reaches as far below the value as above it.
        Where the true error is next to 0, even the lower end can lie above it.

        Args:
            samples: number of replicates; those without weight (with even odds: without either outcome) are
                left out.
            seed: the same seed gives the same intervals.

        Returns:
            NaN where there is no weight (with even odds: of either outcome); the intervals are NaN for fewer
            than two identities.
        """
        whole = self._sums.sum(axis=0)[None]
        errors, briers = self._score(np.concatenate([whole, self._replicates(samples, seed)]))
        error, brier = _with_interval(errors), _with_interval(briers)
        low = float(np.maximum(2 * error.value - error.high, 0))
        return CalibrationScores(replace(error, low=low), brier, self._pairs)

    def _replicates(self, samples: int, seed: int) -> Float[Array, "n 3 2 bins"]:
        """The sums of each replicate of the bootstrap; n is 0 for fewer than two identities."""
        draws = draw_groups(len(self._sums), samples=samples, seed=seed)
        sums: Array = np.tensordot(draws, self._sums, axes=1)
        return sums

    def _share_intervals(self, samples: int, seed: int) -> Float[Array, "2 bins"]:
        """The ends of the interval of every bin's share of positives."""
        weight = self._even(self._replicates(samples, seed))[:, 0]
        with np.errstate(invalid="ignore"):
            shares = weight[:, 1] / weight.sum(axis=1)
        both = (self._sums[:, 0].sum(axis=0) > 0).all(axis=0)
        known = both & ((self._sums[:, 0].sum(axis=1) > 0).sum(axis=0) > 1)
        ends = np.full((2, self.bins), np.nan)
        if known.any():
            ends[:, known] = np.nanquantile(shares[:, known], LEVELS, axis=0)
        return ends

    def _edges(self) -> Array:
        return np.linspace(0, 1, self.bins + 1)

    def _make_room(self, identities: Array) -> None:
        union = np.union1d(self._identities, identities)
        sums = np.zeros((len(union), *self._sums.shape[1:]))
        sums[np.searchsorted(union, self._identities)] = self._sums
        self._identities, self._sums = union, sums

    def _even(self, sums: Float[Array, "*n 3 2 bins"]) -> Float[Array, "*n 3 2 bins"]:
        if not self.even_odds:
            return sums
        with np.errstate(invalid="ignore"):
            even: Array = sums / (2 * sums[..., :1, :, :].sum(axis=-1, keepdims=True))
        return even

    def _score(self, sums: Float[Array, "n 3 2 bins"]) -> tuple[Array, Array]:
        """The calibration error and the Brier score of each of n tables; NaN without weight."""
        weight, probability, square = np.moveaxis(self._even(sums), 1, 0)
        gaps = np.abs(probability.sum(axis=1) - weight[:, 1]).sum(axis=1)
        total = weight.sum(axis=(1, 2))
        with np.errstate(invalid="ignore"):
            return gaps / total, square.sum(axis=(1, 2)) / total


def _with_interval(values: Float[Array, " n"]) -> Score:
    """The first value, with the interval of the others."""
    return UNKNOWN if np.isnan(values[0]) else with_interval(values[0], values[1:][~np.isnan(values[1:])])
