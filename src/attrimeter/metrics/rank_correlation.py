"""Spearman's rank correlation with average ranks: in many short rows, and bootstrapped over identities."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int

from attrimeter.arrays import Array
from attrimeter.metrics.bootstrap import UNKNOWN, draw_groups, with_interval
from attrimeter.values import Score

FEWEST = 3
"""Items that a rank correlation needs: with two it can only be 1, -1 or 0."""


def rank_correlations(
    a: Float[Array, "rows items"], b: Float[Array, "rows items"], counted: Bool[Array, "rows items"]
) -> Float[Array, " rows"]:
    """Spearman's rho of a and b in each row, over the items that count there.

    Equal values share the mean of their ranks. Rows are short: the cost grows with the square of ``items``.

    Returns:
        In [-1, 1]; 0 where a or b is constant, NaN where fewer than three items count.
    """
    ranks_a, ranks_b = _row_ranks(a, counted), _row_ranks(b, counted)
    rho = _correlation(ranks_a, ranks_b, counted.astype(np.float64))
    return np.where(counted.sum(axis=1) >= FEWEST, rho, np.nan)


def bootstrap_rank_correlation(
    a: Float[Array, " items"],
    b: Float[Array, " items"],
    groups: Int[Array, " items"],
    *,
    samples: int = 1000,
    seed: int = 0,
) -> Score:
    """Spearman's rho of a and b with a 95 % interval of a bootstrap that resamples whole groups.

    Every replicate is ranked anew; see :func:`attrimeter.metrics.bootstrap_mean` for the groups.

    Returns:
        In [-1, 1]; 0 where a or b is constant. Fewer than three items: all NaN. Items of fewer than two
        groups: the interval is NaN.
    """
    if len(a) < FEWEST:
        return UNKNOWN
    whole = np.ones((1, len(a)))
    rho = float(_correlation(_weighted_ranks(a, whole), _weighted_ranks(b, whole), whole)[0])
    names, group = np.unique(groups, return_inverse=True)
    times = draw_groups(len(names), samples=samples, seed=seed)[:, group].astype(np.float64)
    return with_interval(rho, _correlation(_weighted_ranks(a, times), _weighted_ranks(b, times), times))


def _row_ranks(values: Array, counted: Array) -> Array:
    """The average rank of each item among those that count in its row, from 1/2."""
    one, other = values[:, :, None], values[:, None, :]
    below = (other < one) + 0.5 * (other == one)
    ranks: Array = (below * counted[:, None, :]).sum(axis=2)
    return ranks


def _weighted_ranks(values: Array, times: Array) -> Array:
    """The average rank of each item, from 1/2, in lists that hold item i ``times[row, i]`` times."""
    order = np.argsort(values)
    levels, place = np.unique(values, return_inverse=True)
    sizes = np.add.reduceat(times[:, order], np.searchsorted(values[order], levels), axis=1)
    middles = np.cumsum(sizes, axis=1) - sizes / 2
    ranks: Array = middles[:, place]
    return ranks


def _correlation(a: Array, b: Array, weights: Array) -> Array:
    """Pearson's correlation in each row of the items with their weights; 0 where either is constant."""
    total = np.maximum(weights.sum(axis=1, keepdims=True), 1)
    a, b = (x - np.einsum("ri,ri->r", weights, x)[:, None] / total for x in (a, b))
    pairs = ((a, b), (a, a), (b, b))
    product, square_a, square_b = (np.einsum("ri,ri,ri->r", weights, x, y) for x, y in pairs)
    scale = np.sqrt(square_a * square_b)
    varies = scale > 1e-9
    correlation: Array = np.where(varies, product / np.where(varies, scale, 1), 0.0)
    return correlation
