"""How well attributions of pairs agree with their measured truth (docs/method.md#truth-by-edits)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from jaxtyping import Bool, Float, Int

from attrimeter.arrays import Array
from attrimeter.metrics.bootstrap import bootstrap_mean, bootstrap_ratio
from attrimeter.metrics.rank_correlation import FEWEST, bootstrap_rank_correlation, rank_correlations
from attrimeter.values import AgreementScores, GroupScores, Score

WEIGHTY = 0.1
"""The share of its pair's sum |phi| from which on the sign of a group's contribution is judged."""


def score_agreement(
    contributions: Float[Array, "n groups"],
    truth: Float[Array, "n groups"],
    differs: Bool[Array, "n groups"],
    totals: Float[Array, " n"],
    identities: Int[Array, " n"],
    *,
    samples: int = 1000,
    seed: int = 0,
) -> AgreementScores:
    """The scores of all groups together, over pairs of one kind.

    Relative error and leak are ratios of sums over all pairs, and the error runs over all groups: what is
    booked on a group that does not differ counts as an error in full. Without any difference in any pair
    (the same person) leak is what is booked at all, as a share of the summed D^2.

    Spearman and top-1 are means over the pairs in which three or more groups differ. Spearman compares
    these groups alone. For top-1 the group with the largest Shapley value must have the largest contribution
    of all groups; a tie for the largest is a miss, since it names no group. Pairs in which no group
    truly adds to the distance have no largest and are left out. The right sign of a contribution
    of exactly 0 is missed, too.

    Args:
        contributions: what the attribution books on each group, in units of the squared distance.
        truth: Shapley values; 0 where a group does not differ.
        differs: which groups differ.
        totals: D^2 of each pair.
        identities: of each pair; the intervals are bootstrapped over them.
        samples, seed: of the bootstrap.

    Returns:
        Shares between 0 and 1, correlations between -1 and 1, errors and leaks from 0; NaN for a score that
        no pair qualifies for.
    """
    mean = partial(bootstrap_mean, groups=identities, samples=samples, seed=seed)
    ratio = partial(bootstrap_ratio, groups=identities, samples=samples, seed=seed)
    size = np.abs(truth).sum(axis=1)
    weighty = _carries_weight(truth)
    right = weighty & (np.sign(contributions) == np.sign(truth))
    ranked = (differs.sum(axis=1) >= FEWEST) & (truth.max(axis=1, initial=0) > 0)
    return AgreementScores(
        relative_error=ratio(np.abs(contributions - truth).sum(axis=1), size),
        leak=ratio((np.abs(contributions) * ~differs).sum(axis=1), size if differs.any() else totals),
        spearman=mean(rank_correlations(contributions, truth, differs)),
        top1=mean(np.where(ranked, _names_largest(contributions, truth), np.nan)),
        sign=ratio(right.sum(axis=1, dtype=np.float64), weighty.sum(axis=1, dtype=np.float64)),
        pairs=len(truth),
    )


def score_groups(
    contributions: Float[Array, "n groups"],
    truth: Float[Array, "n groups"],
    differs: Bool[Array, "n groups"],
    totals: Float[Array, " n"],
    identities: Int[Array, " n"],
    groups: Sequence[str],
    *,
    samples: int = 1000,
    seed: int = 0,
) -> dict[str, GroupScores]:
    """The scores of each group alone, over pairs of different persons; arguments as :func:`score_agreement`.

    Args:
        groups: names of the groups.

    Returns:
        Name -> scores. A group that differs nowhere has NaN scores and no pairs.
    """
    mean = partial(bootstrap_mean, samples=samples, seed=seed)
    ratio = partial(bootstrap_ratio, samples=samples, seed=seed)
    weighty = _carries_weight(truth)
    scores = {}
    for column, group in enumerate(groups):
        booked, true, here = contributions[:, column], truth[:, column], differs[:, column]
        size = np.abs(true) * here
        booked_share, true_share = (x[here] / np.maximum(totals[here], 1e-30) for x in (booked, true))
        judged = weighty[:, column]
        right = (np.sign(booked) == np.sign(true)).astype(np.float64)
        scores[group] = GroupScores(
            relative_error=ratio(np.abs(booked - true) * here, size, identities),
            leak=ratio(np.abs(booked) * ~here, size, identities),
            correlation=bootstrap_rank_correlation(
                booked_share, true_share, identities[here], samples=samples, seed=seed
            ),
            sign=mean(right[judged], identities[judged]),
            true_share=mean(true_share, identities[here]),
            pairs=int(here.sum()),
        )
    return scores


def _carries_weight(truth: Array) -> Array:
    """Which groups truly carry at least a tenth of sum |phi| of their pair."""
    size = np.abs(truth)
    carries: Array = (size > 0) & (size >= WEIGHTY * size.sum(axis=1, keepdims=True))
    return carries


def _names_largest(contributions: Array, truth: Array) -> Array:
    """Whether the truly largest group has the largest contribution of all, untied."""
    best = truth.argmax(axis=1)[:, None]
    named = np.take_along_axis(contributions, best, axis=1)[:, 0]
    rivals = np.where(np.arange(truth.shape[1]) == best, -np.inf, contributions)
    largest: Array = named > rivals.max(axis=1, initial=-np.inf)
    return largest


def share_of_groups(
    contributions: Float[Array, "n groups"],
    columns: Sequence[int],
    identities: Int[Array, " n"],
    *,
    totals: Float[Array, " n"] | None = None,
    samples: int = 1000,
    seed: int = 0,
) -> Score:
    """Sum of |c| of some groups over all pairs, over that of all groups, or over the sum of D^2.

    Args:
        contributions: of each group, in units of the squared distance.
        columns: the groups in question.
        identities: of each pair; the interval is bootstrapped over them.
        totals: D^2 of each pair, to take the share of; None takes the sum of all |c|.
        samples, seed: of the bootstrap.

    Returns:
        From 0; at most 1 where it is a share of all |c|. NaN where there is nothing to take a share of.
    """
    sizes = np.abs(contributions)
    whole = sizes.sum(axis=1) if totals is None else totals
    part = sizes[:, list(columns)].sum(axis=1)
    return bootstrap_ratio(part, whole, identities, samples=samples, seed=seed)


def share_of_leads(
    contributions: Float[Array, "n groups"],
    column: int,
    identities: Int[Array, " n"],
    *,
    samples: int = 1000,
    seed: int = 0,
) -> Score:
    """Share of pairs whose largest contribution is that of one group; a tie for the largest is no lead.

    Returns:
        0 to 1; NaN for no pairs.
    """
    rivals = np.delete(contributions, column, axis=1).max(axis=1, initial=-np.inf)
    leads = (contributions[:, column] > rivals).astype(np.float64)
    return bootstrap_mean(leads, identities, samples=samples, seed=seed)
