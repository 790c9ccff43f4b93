"""The losses on labelled images: attribute states, which attributes differ, and the target's distance."""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float, Int8
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

SUM_WEIGHT = 1.0
INDIVIDUAL_WEIGHT = 10.0


def evidence_loss(
    logits: Float[Tensor, "images attr"],
    labels: Int8[Tensor, "images attr"],
    prevalence: Float[Tensor, " attr"] | None = None,
) -> Float[Tensor, ""]:
    """Binary cross-entropy over known labels: what is read at an attribute's place must predict its label.

    Args:
        logits: of the positive state.
        labels: 1, 0, or -1 for unknown (left out).
        prevalence: share of positives of each attribute in the training set, in [0, 1], by which both states
            of an attribute are weighted to count alike; clamped to [0.02, 0.98] so that a very rare state
            does not rule the loss. None: every label counts as it comes.

    Returns:
        A scalar >= 0; 0 when no label is known.
    """
    known = labels >= 0
    if not bool(known.any()):
        return logits.sum() * 0.0
    positive, weights = labels == 1, known.float()
    if prevalence is not None:
        rate = prevalence.clamp(0.02, 0.98)
        weights = torch.where(positive, 0.5 / rate, 0.5 / (1 - rate)) * known
    losses = binary_cross_entropy_with_logits(logits, positive.to(logits.dtype), reduction="none")
    return (losses * weights).sum() / weights.sum()


def difference_loss(
    logits: Float[Tensor, "pairs attr"],
    differs: Bool[Tensor, "pairs attr"],
    known: Bool[Tensor, "pairs attr"],
) -> Float[Tensor, ""]:
    """Cross-entropy of "this attribute differs", averaged over the known attributes, then over pairs.

    The published prior (``attribute_prior_loss``) is content with any share on the right side of one
    threshold, so attributes that it is unsure of end in a tie there; this one orders them by probability.

    Args:
        logits: that the attribute differs, a rising function of its share.
        differs: where both labels are known and not the same.
        known: where both labels are known. Pairs without any difference add nothing.

    Returns:
        A scalar >= 0; 0 where no pair differs in anything.
    """
    counted = differs.any(dim=1)
    if not bool(counted.any()):
        return logits.sum() * 0.0
    losses = binary_cross_entropy_with_logits(logits, differs.to(logits.dtype), reduction="none") * known
    per_pair = losses.sum(dim=1) / known.sum(dim=1).clamp(min=1)
    return per_pair[counted].mean()


def prior_thresholds(
    exclusive: Float[Tensor, " pairs"], known: Float[Tensor, " pairs"]
) -> tuple[Float[Tensor, " pairs"], Float[Tensor, " pairs"]]:
    """tau and theta of each pair, of :func:`attribute_prior_loss`.

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


def distillation_loss(
    distances: Float[Tensor, " pairs"], components: Float[Tensor, "pairs attr"]
) -> Float[Tensor, ""]:
    """Mean over pairs of |D - mean_k d^k| (AMD, ICCV 2021, metric distillation loss).

    Args:
        distances: the target's distance of each pair, >= 0.
        components: d^k of each pair, >= 0.

    Returns:
        A scalar >= 0; 0 for no pairs.
    """
    if distances.numel() == 0:
        return components.sum() * 0.0
    return (distances - components.mean(dim=1)).abs().mean()


def distillation_gap(
    distances: Float[Tensor, " pairs"], components: Float[Tensor, "pairs attr"]
) -> Float[Tensor, " pairs"]:
    """|D - mean_k d^k| / D of each pair (AMD's reported gap); NaN where D = 0."""
    miss = (distances - components.mean(dim=1)).abs()
    return torch.where(distances > 0, miss / distances, torch.full_like(miss, torch.nan))
