"""What an attribution books on some groups: how much of the whole, and how often one of them leads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from attrimeter.arrays import Array
from attrimeter.metrics.bootstrap import bootstrap_mean, bootstrap_ratio
from attrimeter.values import Score


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
