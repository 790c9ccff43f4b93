"""Pooling of a map into a vector, and how the pooled vector divides among maps over its cells."""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from jaxtyping import Float
from torch import Tensor, nn


class Pooling(nn.Module, ABC):
    """What every pooling can do."""

    @abstractmethod
    def forward(self, features: Float[Tensor, "batch c h w"]) -> Float[Tensor, "batch c"]:
        """The pooled vector."""

    @abstractmethod
    def split(
        self, features: Float[Tensor, "batch c h w"], partition: Float[Tensor, "batch k h w"]
    ) -> Float[Tensor, "batch k c"]:
        """The pooled vector as a sum over cells, each cell shared among k maps.

        Where the maps sum to one in every cell, the k vectors sum to the pooled vector.
        """

    @abstractmethod
    def pool_masked(
        self, features: Float[Tensor, "batch c h w"], maps: Float[Tensor, "batch k h w"]
    ) -> Float[Tensor, "batch k c"]:
        """The pooled vectors of ``features`` times each of k maps; the maps must not be negative."""


class AveragePooling(Pooling):
    """The mean over the cells (GAP)."""

    def forward(self, features: Tensor) -> Tensor:
        return features.mean(dim=(2, 3))

    def split(self, features: Tensor, partition: Tensor) -> Tensor:
        return _weighted_mean(features, partition)

    def pool_masked(self, features: Tensor, maps: Tensor) -> Tensor:
        return _weighted_mean(features, maps)


class GeneralisedMeanPooling(Pooling):
    """The generalised mean (GeM) with a learnt power q >= 1: (mean of F^q)^(1/q), F at least ``FLOOR``.

    Radenovic et al., "Fine-tuning CNN image retrieval with no human annotation", TPAMI 2019, equation 3.
    """

    FLOOR = 1e-6

    def __init__(self, power: float = 3.0) -> None:
        super().__init__()
        self.p = nn.Parameter(torch.tensor([power]))

    def forward(self, features: Tensor) -> Tensor:
        return features.clamp(min=self.FLOOR).pow(self.p).mean(dim=(2, 3)).pow(1 / self.p)

    def split(self, features: Tensor, partition: Tensor) -> Tensor:
        # v(p) = F(p)^q / (hw g^(q-1)), written so that no power of a small g is ever taken.
        pooled: Tensor = self(features).clamp(min=self.FLOOR)
        relative = (features.clamp(min=self.FLOOR) / pooled[:, :, None, None]).pow(self.p)
        return _weighted_mean(relative, partition) * pooled[:, None]

    def pool_masked(self, features: Tensor, maps: Tensor) -> Tensor:
        powers = _weighted_mean(features.clamp(min=0).pow(self.p), maps.clamp(min=0).pow(self.p))
        least = max(self.FLOOR ** self.p.item(), torch.finfo(powers.dtype).tiny)
        return powers.clamp(min=least).pow(1 / self.p)


class CubicMeanPooling(GeneralisedMeanPooling):
    """The generalised mean with the power 3, which no checkpoint carries."""

    def __init__(self) -> None:
        super().__init__()
        del self.p
        self.register_buffer("p", torch.tensor([3.0], device="cpu"), persistent=False)


class MaxPooling(Pooling):
    """The largest cell of each channel; its first one, row by row, where several are equal."""

    def forward(self, features: Tensor) -> Tensor:
        return features.amax(dim=(2, 3))

    def split(self, features: Tensor, partition: Tensor) -> Tensor:
        pooled, cells = features.flatten(2).max(dim=2)
        weights = partition.flatten(2).gather(2, cells[:, None].expand(-1, partition.shape[1], -1))
        return weights * pooled[:, None]

    def pool_masked(self, features: Tensor, maps: Tensor) -> Tensor:
        pooled = [self(features * mask[:, None]) for mask in maps.unbind(dim=1)]
        return torch.stack(pooled, dim=1)


POOLINGS: dict[str, type[Pooling]] = {
    "gap": AveragePooling,
    "gem": GeneralisedMeanPooling,
    "gem3": CubicMeanPooling,
    "max": MaxPooling,
}
"""Every pooling by the name that a profile gives it."""


def _weighted_mean(
    features: Float[Tensor, "batch c h w"], weights: Float[Tensor, "batch k h w"]
) -> Float[Tensor, "batch k c"]:
    cells = features.shape[2] * features.shape[3]
    return torch.einsum("nkp,ncp->nkc", weights.flatten(2), features.flatten(2)) / cells
