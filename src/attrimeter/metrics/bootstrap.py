"""Means and ratios with 95 % intervals, bootstrapped over identities."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from jaxtyping import Float, Int

from attrimeter.arrays import Array
from attrimeter.values import Score

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
    """The sum of ``numerators`` over that of ``denominators``; otherwise as :func:`bootstrap_mean`.

    Args:
        numerators: the items; NaN items are left out.
        denominators: of each item, not negative.
        samples: number of replicates; those whose denominators sum to zero are left out of the interval.

    Returns:
        The ratio and its interval. All NaN where the denominators sum to zero.
    """
    there = ~np.isnan(numerators)
    _, group = np.unique(groups[there], return_inverse=True)
    above = np.bincount(group, weights=numerators[there].astype(np.float64))
    below = np.bincount(group, weights=denominators[there].astype(np.float64))
    if not below.sum() > 0:
        return UNKNOWN
    draws = draw_groups(len(above), samples=samples, seed=seed)
    sums = draws @ below
    return with_interval(above.sum() / below.sum(), (draws @ above)[sums > 0] / sums[sums > 0])


def with_interval(value: float, replicates: Float[Array, " n"], levels: Sequence[float] = LEVELS) -> Score:
    """A value with the percentile interval of its replicates, which is NaN where there are none."""
    low, high = np.quantile(replicates, levels) if len(replicates) else (np.nan, np.nan)
    return Score(float(value), float(low), float(high))


@lru_cache(maxsize=8)
def draw_groups(groups: int, *, samples: int, seed: int) -> Int[Array, "samples groups"]:
    """How often each group is drawn in each replicate, which draws ``groups`` in all.

    Of fewer than two groups, of which resampling tells nothing, there are no replicates. The last few tables
    are kept, since the scores of one table of items need the same draws; read-only.
    """
    if groups < 2:
        return np.zeros((0, groups), dtype=np.int64)
    draws = np.random.default_rng(seed).multinomial(groups, np.full(groups, 1 / groups), size=samples)
    draws.flags.writeable = False
    return draws


Ratio = tuple[Float[Array, " items"], Float[Array, " items"]]
"""Numerators and denominators (not negative) of each item; zeros where an item does not count."""


def bootstrap_difference(
    first: Ratio,
    second: Ratio,
    groups: Int[Array, " items"],
    *,
    level: float = 0.95,
    samples: int = 1000,
    seed: int = 0,
) -> Score:
    """The first ratio of sums minus the second, as :func:`bootstrap_contrast` has it."""
    return bootstrap_contrast((first,), (second,), groups, level=level, samples=samples, seed=seed)


def bootstrap_contrast(
    added: Sequence[Ratio],
    taken: Sequence[Ratio],
    groups: Int[Array, " items"],
    *,
    level: float = 0.95,
    samples: int = 1000,
    seed: int = 0,
) -> Score:
    """Sum of some ratios of sums minus that of others over the same items, all from the same replicates.

    Args:
        added, taken: the ratios; at least one in all.
        groups, seed: as for :func:`bootstrap_mean`.
        level: how sure the interval shall be; smaller than 1.
        samples: number of replicates; those in which one of the ratios cannot be had are left out.

    Returns:
        The value and its interval. All NaN where one of the denominators sums to zero; fewer than two groups,
        or a ratio to which one group alone contributes: the interval is NaN.
    """
    _, group = np.unique(groups, return_inverse=True)
    count = int(group.max()) + 1 if len(group) else 0
    sums = [
        [np.bincount(group, weights=values.astype(np.float64), minlength=count) for values in ratio]
        for ratio in (*added, *taken)
    ]
    if any(not below.sum() > 0 for _, below in sums):
        return UNKNOWN
    signs = np.array([1.0] * len(added) + [-1.0] * len(taken))
    value = float(signs @ [above.sum() / below.sum() for above, below in sums])
    if min(int((below > 0).sum()) for _, below in sums) < 2:
        return with_interval(value, np.zeros(0))
    draws = draw_groups(count, samples=samples, seed=seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = signs @ np.stack([(draws @ above) / (draws @ below) for above, below in sums])
    tail = (1 - level) / 2
    return with_interval(value, found[np.isfinite(found)], (tail, 1 - tail))
