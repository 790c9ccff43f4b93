"""Shares as probabilities: the more an attribute carries, the more surely should its labels differ."""

from __future__ import annotations

from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits


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
