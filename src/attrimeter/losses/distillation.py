"""Metric distillation: the components of a pair must average to the target's distance."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor


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
