"""Attribute evidence: what is read at an attribute's place must predict its label."""

from __future__ import annotations

import torch
from jaxtyping import Float, Int8
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits


def evidence_loss(
    logits: Float[Tensor, "images attr"],
    labels: Int8[Tensor, "images attr"],
    prevalence: Float[Tensor, " attr"],
) -> Float[Tensor, ""]:
    """Binary cross-entropy over known labels, weighted so that both states of an attribute count alike.

    Args:
        logits: of the positive state.
        labels: 1, 0, or -1 for unknown (left out).
        prevalence: share of positives of each attribute in the training set, in [0, 1]; clamped to
            [0.02, 0.98] so that a very rare state does not rule the loss.

    Returns:
        A scalar >= 0; 0 when no label is known.
    """
    known = labels >= 0
    if not bool(known.any()):
        return logits.sum() * 0.0
    rate = prevalence.clamp(0.02, 0.98)
    positive = labels == 1
    weights = torch.where(positive, 0.5 / rate, 0.5 / (1 - rate)) * known
    losses = binary_cross_entropy_with_logits(logits, positive.to(logits.dtype), reduction="none")
    return (losses * weights).sum() / weights.sum()
