"""How raw map scores become attention maps."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor


def positive_activation(scores: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """exp(z) for z < 0 and sqrt(z + 1) for z >= 0: positive, increasing, slow to grow (AMD, ICCV 2021)."""
    negative = scores.clamp(max=0).exp()
    positive = (scores.clamp(min=0) + 1).sqrt()
    return torch.where(scores < 0, negative, positive)


def partition_of_unity(
    scores: Float[Tensor, "images maps h w"],
) -> Float[Tensor, "images maps h w"]:
    """Softmax over the maps of every cell: P^k(p) >= 0 and sum_k P^k(p) = 1."""
    return scores.softmax(dim=1)
