"""Means with 95 % intervals, bootstrapped over identities."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float, Int

from attrimeter.values import Score

Array = np.ndarray[Any, np.dtype[Any]]

LEVELS = (0.025, 0.975)
"""The quantiles that bound the interval."""


def bootstrap_mean(
    values: Float[Array, " items"], groups: Int[Array, " items"], *, samples: int = 1000, seed: int = 0
) -> Score:
    """The mean of ``values`` with the 95 % percentile interval of a bootstrap that resamples whole groups.

    Images (and pairs) of one identity are alike, so items are not independent; identities are. Each of the
    ``samples`` replicates draws as many groups as there are, with replacement, and takes the sum of their
    items over the number of their items (a ratio estimator: large groups weigh more, as in the mean itself).

    Args:
        values: the items; NaN items are left out.
        groups: the identity of each item. For pairs: that of the first image.
        samples: number of replicates.
        seed: the same seed gives the same interval.

    Returns:
        The mean and its interval in the units of ``values``. No items: all NaN. Items of fewer than two
        groups: the interval is NaN.
    """
    there = ~np.isnan(values)
    values = values[there].astype(np.float64)
    if len(values) == 0:
        return Score(float("nan"), float("nan"), float("nan"))
    _, group = np.unique(groups[there], return_inverse=True)
    sums, counts = np.bincount(group, weights=values), np.bincount(group)
    mean = float(sums.sum() / counts.sum())
    if len(sums) < 2:
        return Score(mean, float("nan"), float("nan"))
    draws = np.random.default_rng(seed).multinomial(
        len(sums), np.full(len(sums), 1 / len(sums)), size=samples
    )
    low, high = np.quantile((draws @ sums) / (draws @ counts), LEVELS)
    return Score(mean, float(low), float(high))
