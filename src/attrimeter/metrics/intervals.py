"""Intervals around contributions, from how far measured truth lay from contributions of that size.

Split-conformal intervals (Vovk et al., Algorithmic Learning in a Random World, 2005) of signed residuals in
bins of the contribution's size, so that they widen where an interpreter is less sure (Mondrian categories).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Int

from attrimeter.arrays import Array
from attrimeter.metrics.bootstrap import bootstrap_mean
from attrimeter.values import OTHER, Score
from attrimeter.values.trust import ResidualTable

TAIL = 20
"""One true value in so many may lie below an interval, and one in so many above: 90 % lie inside."""

MIN_SAMPLES = 40
"""Samples in a bin at least."""

MOST_BINS = 10

MIN_DIFFERING = 20
"""A group that differs in fewer pairs borrows the residuals of all groups."""

_ROUNDING = 1e-9


def fit_residuals(
    contributions: Float[Array, " n"], truth: Float[Array, " n"], totals: Float[Array, " n"]
) -> ResidualTable:
    """The residuals of one group over n pairs.

    Bins are cut at quantiles of |c| / D^2, at most 10 with at least 40 samples each; fewer samples share one
    bin. In a bin of m residuals the bounds are the k-th smallest and the k-th largest with
    k = floor((m + 1) / 20), which cover a new residual with a probability of at least 90 %.

    Args:
        contributions: c, of pairs in which the group differs and of those in which it does not.
        truth: phi.
        totals: D^2; pairs at distance 0 are left out.

    Returns:
        The table; with fewer than 19 pairs its bounds are NaN.
    """
    there = totals > 0
    shares = contributions[there] / totals[there]
    residuals = truth[there] / totals[there] - shares
    sizes = np.abs(shares)
    edges = _cut_bins(sizes)
    bins = np.searchsorted(edges, sizes, side="right")
    bounds = [_bound(residuals[bins == number]) for number in range(len(edges) + 1)]
    return ResidualTable(tuple(edges), tuple(low for low, _ in bounds), tuple(high for _, high in bounds))


def fit_group_residuals(
    contributions: Float[Array, "n groups"],
    truth: Float[Array, "n groups"],
    none: Float[Array, " n"],
    differs: Bool[Array, "n groups"],
    totals: Float[Array, " n"],
    groups: Sequence[str],
) -> dict[str, ResidualTable]:
    """The residuals of every group and of *other*.

    Args:
        contributions, truth: c and phi, in units of the squared distance.
        none: the true part of *other*; its contribution is what the groups leave of D^2.
        differs: which groups differ. A group that does so in fewer than 20 pairs, or any of fewer than 40
            pairs, takes the residuals of all groups together.
        totals: D^2.
        groups: their names, in the order of the columns.
    """
    pooled = fit_residuals(contributions.ravel(), truth.ravel(), np.repeat(totals, len(groups)))
    tables = {
        group: fit_residuals(contributions[:, column], truth[:, column], totals)
        if len(totals) >= MIN_SAMPLES and differs[:, column].sum() >= MIN_DIFFERING
        else pooled
        for column, group in enumerate(groups)
    }
    tables[OTHER] = fit_residuals(totals - contributions.sum(axis=1), none, totals)
    return tables


def interval_of(contribution: float, total: float, table: ResidualTable) -> tuple[float, float]:
    """The 90 % interval of the true value behind one contribution.

    It need not hold the contribution itself: where the interpreter is known to exaggerate, it lies below.

    Args:
        contribution: c.
        total: what all contributions of the pair sum to, in the same units: D^2, or D itself.
        table: of its group.

    Returns:
        Low and high in the same units; NaN where they are not known. At distance 0 both are c.
    """
    low, high = _intervals(np.array([contribution]), np.array([total]), table)
    return float(low[0]), float(high[0])


def coverage(
    contributions: Float[Array, "n groups"],
    truth: Float[Array, "n groups"],
    totals: Float[Array, " n"],
    identities: Int[Array, " n"],
    tables: Sequence[ResidualTable],
    *,
    samples: int = 1000,
    seed: int = 0,
) -> Score:
    """The share of true values that lie in their 90 % intervals, with its own interval over identities.

    Measure it on other pairs than those that ``tables`` were fitted on.

    Args:
        contributions, truth, totals: as in :func:`fit_group_residuals`; NaN in ``truth`` leaves a value out.
        identities: the couple of persons of each pair.
        tables: one for each column.
    """
    inside = np.full(contributions.shape, np.nan)
    for column, table in enumerate(tables):
        low, high = _intervals(contributions[:, column], totals, table)
        value, slack = truth[:, column], _ROUNDING * totals
        known = np.isfinite(low) & np.isfinite(high) & np.isfinite(value)
        held = (value >= low - slack) & (value <= high + slack)
        inside[known, column] = held[known]
    return bootstrap_mean(inside.ravel(), np.repeat(identities, len(tables)), samples=samples, seed=seed)


def _intervals(
    contributions: Float[Array, " n"], totals: Float[Array, " n"], table: ResidualTable
) -> tuple[Float[Array, " n"], Float[Array, " n"]]:
    sizes = np.abs(contributions) / np.where(totals > 0, totals, np.inf)
    bins = np.searchsorted(np.array(table.edges), sizes, side="right")
    low, high = (np.array(bounds)[bins] * totals for bounds in (table.low, table.high))
    return contributions + low, contributions + high


def _cut_bins(sizes: Float[Array, " n"]) -> list[float]:
    """Inner edges at quantiles, those left out that would leave fewer than :data:`MIN_SAMPLES` in a bin."""
    ordered = np.sort(sizes)
    bins = min(MOST_BINS, len(ordered) // MIN_SAMPLES)
    edges: list[float] = []
    start = 0
    for number in range(1, bins):
        edge = float(ordered[number * len(ordered) // bins])
        below = int(np.searchsorted(ordered, edge, side="left"))
        if below - start >= MIN_SAMPLES and len(ordered) - below >= MIN_SAMPLES:
            edges.append(edge)
            start = below
    return edges


def _bound(residuals: Float[Array, " m"]) -> tuple[float, float]:
    rank = (len(residuals) + 1) // TAIL
    if rank < 1:
        return float("nan"), float("nan")
    ordered = np.sort(residuals)
    return float(ordered[rank - 1]), float(ordered[-rank])
