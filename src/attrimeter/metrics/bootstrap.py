"""Means and ratios with 95 % intervals, bootstrapped over identities."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from attrimeter.values import Score

Array = np.ndarray[Any, np.dtype[Any]]

LEVELS = (0.025, 0.975)
"""The quantiles that bound the interval."""

UNKNOWN = Score(float("nan"), float("nan"), float("nan"))
"""The score of what cannot be had."""


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
    return bootstrap_ratio(values, np.ones(len(values)), groups, samples=samples, seed=seed)


def bootstrap_ratio(
    numerators: Float[Array, " items"],
    denominators: Float[Array, " items"],
    groups: Int[Array, " items"],
    *,
    samples: int = 1000,
    seed: int = 0,
) -> Score:
    """The sum of ``numerators`` over that of ``denominators``, with the interval of :func:`bootstrap_mean`.

    Args:
        numerators: the items; NaN items are left out.
        denominators: of each item, not negative.
        groups: the identity of each item.
        samples: number of replicates; those whose denominators sum to zero are left out of the interval.
        seed: the same seed gives the same interval.

    Returns:
        The ratio and its interval. All NaN where the denominators sum to zero; items of fewer than two
        groups: the interval is NaN.
    """
    there = ~np.isnan(numerators)
    _, group = np.unique(groups[there], return_inverse=True)
    above = np.bincount(group, weights=numerators[there].astype(np.float64))
    below = np.bincount(group, weights=denominators[there].astype(np.float64))
    if not below.sum() > 0:
        return UNKNOWN
    ratio = float(above.sum() / below.sum())
    if len(above) < 2:
        return Score(ratio, float("nan"), float("nan"))
    draws = draw_groups(len(above), samples=samples, seed=seed)
    sums = draws @ below
    low, high = np.quantile((draws @ above)[sums > 0] / sums[sums > 0], LEVELS)
    return Score(ratio, float(low), float(high))


@lru_cache(maxsize=8)
def draw_groups(groups: int, *, samples: int, seed: int) -> Int[Array, "samples groups"]:
    """How often each of at least one group is drawn in each replicate, which draws ``groups`` in all.

    The last few tables are kept, since the scores of one table of items need the same draws; read-only.
    """
    draws = np.random.default_rng(seed).multinomial(groups, np.full(groups, 1 / groups), size=samples)
    draws.flags.writeable = False
    return draws
