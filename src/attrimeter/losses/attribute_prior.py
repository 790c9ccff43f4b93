"""The attribute prior: attributes that differ should carry more of a distance than those that agree."""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float
from torch import Tensor

SUM_WEIGHT = 1.0
INDIVIDUAL_WEIGHT = 10.0


def prior_thresholds(
    exclusive: Float[Tensor, " pairs"], known: Float[Tensor, " pairs"]
) -> tuple[Float[Tensor, " pairs"], Float[Tensor, " pairs"]]:
    """tau and theta of each pair (AMD, ICCV 2021, attribute prior).

    tau = sqrt(N / K) is what the exclusive attributes must carry together; theta, the geometric mean of
    tau / N and (1 - tau) / (K - N), separates single exclusive attributes from single common ones. For
    N = K the second factor is 0 / 0 and its limit 1 / (2K) is taken; for N = 0 both are 0.

    Args:
        exclusive: N, the number of attributes whose labels differ.
        known: K, the number of attributes labelled in both images.
    """
    count = known.clamp(min=1)
    tau = (exclusive / count).sqrt()
    upper = tau / exclusive.clamp(min=1)
    common = known - exclusive
    lower = torch.where(common > 0, (1 - tau) / common.clamp(min=1), 1 / (2 * count))
    theta = torch.where(exclusive > 0, (upper * lower).sqrt(), torch.zeros_like(tau))
    return tau, theta


def attribute_prior_loss(
    shares: Float[Tensor, "pairs attr"],
    differs: Bool[Tensor, "pairs attr"],
    known: Bool[Tensor, "pairs attr"] | None = None,
) -> Float[Tensor, ""]:
    """Four hinge terms on the shares of a pair, averaged over pairs (AMD, ICCV 2021, attribute prior).

    The shares of the exclusive attributes must sum to at least tau and those of the common ones to at
    most 1 - tau (weight 1); each exclusive share must be at least theta and each common one at most theta
    (weight 10, summed over attributes). Pairs with N = 0 add nothing.

    Args:
        shares: s^k >= 0, summing to 1 over attributes.
        differs: where the labels differ.
        known: where both labels are known; None means everywhere. Unknown attributes are in neither set.

    Returns:
        A scalar >= 0; 0 for no pairs.
    """
    if shares.shape[0] == 0:
        return shares.sum() * 0.0
    known = torch.ones_like(differs) if known is None else known
    is_exclusive = (differs & known).to(shares.dtype)
    is_common = (~differs & known).to(shares.dtype)
    exclusive = is_exclusive.sum(dim=1)
    common = is_common.sum(dim=1)
    tau, theta = prior_thresholds(exclusive, exclusive + common)

    sums = (tau - (shares * is_exclusive).sum(dim=1)).relu()
    sums = sums + ((shares * is_common).sum(dim=1) - (1 - tau)).relu() * (common > 0)
    each = ((theta[:, None] - shares).relu() * is_exclusive).sum(dim=1)
    each = each + ((shares - theta[:, None]).relu() * is_common).sum(dim=1)
    per_pair = (SUM_WEIGHT * sums + INDIVIDUAL_WEIGHT * each) * (exclusive > 0)
    return per_pair.mean()
