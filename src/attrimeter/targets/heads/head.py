"""From the last map to the embedding, and the same embedding divided among maps over the cells.

Every head is a pooling, then a map that is affine (on the side of the ReLU where each output lies), then
perhaps L2 normalisation. So the embedding is a bias plus a sum over the cells of the last map, and maps that
sum to one in every cell divide it exactly.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.targets.heads.pooling import Pooling

_LEAST_NORM = 1e-12


class HeadSplit(NamedTuple):
    """An embedding divided among k maps: ``parts.sum(1) + bias`` is the embedding.

    Attributes:
        parts: what each map carries.
        bias: what no cell carries; without L2 normalisation or gates it is the same for every image.
    """

    parts: Float[Tensor, "batch k d"]
    bias: Float[Tensor, "batch d"]


class Head(nn.Module, ABC):
    """Pooling, projection and optional L2 normalisation.

    Everything is differentiable in its arguments. But for :meth:`training_features`, BatchNorm uses its
    running statistics and never changes them, whatever the mode of the module.

    Args:
        pooling: makes a vector of the last map.
        normalise: whether the embedding is divided by its Euclidean length (at least 1e-12).
    """

    def __init__(self, pooling: Pooling, *, normalise: bool = False) -> None:
        super().__init__()
        self.pooling = pooling
        self.normalise = normalise

    def embed(self, last_map: Float[Tensor, "batch c h w"]) -> Float[Tensor, "batch d"]:
        """The embedding of each image."""
        embeddings = self._project(self.pooling(last_map))
        return embeddings / _length(embeddings) if self.normalise else embeddings

    def embed_masked(
        self, last_map: Float[Tensor, "batch c h w"], maps: Float[Tensor, "batch k h w"]
    ) -> Float[Tensor, "batch k d"]:
        """The embedding of ``last_map * maps[:, k]`` for each k, as in AMD (ICCV 2021, equation 2).

        The maps must not be negative.
        """
        embeddings = self._project(self.pooling.pool_masked(last_map, maps))
        return embeddings / _length(embeddings) if self.normalise else embeddings

    def split(
        self, last_map: Float[Tensor, "batch c h w"], partition: Float[Tensor, "batch k h w"]
    ) -> HeadSplit:
        """The embedding divided among k maps: u^k = sum over cells p of P^k(p) v(p), and a bias b.

        If the maps sum to one in every cell, ``parts.sum(1) + bias`` equals :meth:`embed` up to rounding.
        """
        pooled = self.pooling(last_map)
        parts, bias = self._project_parts(self.pooling.split(last_map, partition), pooled)
        if not self.normalise:
            return HeadSplit(parts, bias)
        length = _length(self._project(pooled))
        return HeadSplit(parts / length[:, None], bias / length)

    @abstractmethod
    def training_features(
        self, last_map: Float[Tensor, "batch c h w"]
    ) -> tuple[Float[Tensor, "batch m"], Float[Tensor, "batch d"]]:
        """What a metric loss and an identity classifier act on while a target is trained.

        Only here does BatchNorm follow the mode of the module and, in training mode, learn its statistics.
        """

    @abstractmethod
    def _project(self, pooled: Float[Tensor, "*batch c"]) -> Float[Tensor, "*batch d"]:
        """The embedding before normalisation."""

    @abstractmethod
    def _project_parts(
        self, parts: Float[Tensor, "batch k c"], pooled: Float[Tensor, "batch c"]
    ) -> tuple[Float[Tensor, "batch k d"], Float[Tensor, "batch d"]]:
        """The parts and the bias before normalisation, on the side of every gate where ``pooled`` lies."""


class PooledHead(Head):
    """Pooling, then BatchNorm with its running statistics (a "BNNeck") or nothing.

    Luo et al., "Bag of tricks and a strong baseline for deep person re-identification", CVPRW 2019.
    """

    def __init__(self, pooling: Pooling, *, channels: int, neck: bool, normalise: bool = False) -> None:
        super().__init__(pooling, normalise=normalise)
        self.neck = nn.BatchNorm1d(channels) if neck else None

    def training_features(self, last_map: Tensor) -> tuple[Tensor, Tensor]:
        pooled: Tensor = self.pooling(last_map)
        return pooled, pooled if self.neck is None else self.neck(pooled)

    def _project(self, pooled: Tensor) -> Tensor:
        if self.neck is None:
            return pooled
        scale, shift = as_affine(self.neck)
        return pooled * scale + shift

    def _project_parts(self, parts: Tensor, pooled: Tensor) -> tuple[Tensor, Tensor]:
        if self.neck is None:
            return parts, torch.zeros_like(pooled)
        scale, shift = as_affine(self.neck)
        return parts * scale, shift.expand_as(pooled)


class LinearHead(Head):
    """Pooling, Linear and BatchNorm.

    Args:
        channels: of the last map.
        embedding_size: outputs of the Linear.
        bias: whether the Linear has one.
    """

    def __init__(
        self,
        pooling: Pooling,
        *,
        channels: int,
        embedding_size: int,
        bias: bool = True,
        normalise: bool = False,
    ) -> None:
        super().__init__(pooling, normalise=normalise)
        self.linear = nn.Linear(channels, embedding_size, bias=bias)
        self.norm = nn.BatchNorm1d(embedding_size)

    def training_features(self, last_map: Tensor) -> tuple[Tensor, Tensor]:
        features: Tensor = self.norm(self.linear(self.pooling(last_map)))
        return features, features

    def _project(self, pooled: Tensor) -> Tensor:
        weight, shift = self._as_linear()
        return pooled @ weight.T + shift

    def _project_parts(self, parts: Tensor, pooled: Tensor) -> tuple[Tensor, Tensor]:
        weight, shift = self._as_linear()
        return parts @ weight.T, shift.expand(len(pooled), -1)

    def _as_linear(self) -> tuple[Tensor, Tensor]:
        scale, shift = as_affine(self.norm)
        bias: Tensor | None = self.linear.bias
        shift = shift if bias is None else bias * scale + shift
        return self.linear.weight * scale[:, None], shift


class GatedLinearHead(LinearHead):
    """Pooling, Linear, BatchNorm and ReLU, as in OSNet.

    An output whose ReLU is closed is zero for every part; where it is open the map is affine.
    """

    def training_features(self, last_map: Tensor) -> tuple[Tensor, Tensor]:
        features = super().training_features(last_map)[0].relu()
        return features, features

    def _project(self, pooled: Tensor) -> Tensor:
        return super()._project(pooled).relu()

    def _project_parts(self, parts: Tensor, pooled: Tensor) -> tuple[Tensor, Tensor]:
        is_open = (super()._project(pooled) > 0).to(parts.dtype)
        divided, shift = super()._project_parts(parts, pooled)
        return divided * is_open[:, None], shift * is_open


def as_affine(norm: nn.BatchNorm1d) -> tuple[Tensor, Tensor]:
    """Scale and shift of a BatchNorm that uses its running statistics."""
    mean: Tensor | None = norm.running_mean
    variance: Tensor | None = norm.running_var
    if mean is None or variance is None:
        raise ValueError("A head's BatchNorm needs running statistics.")
    scale: Tensor = norm.weight * (variance + norm.eps).rsqrt()
    return scale, norm.bias - mean * scale


def _length(vectors: Float[Tensor, "*batch d"]) -> Float[Tensor, "*batch 1"]:
    length: Tensor = torch.linalg.vector_norm(vectors, dim=-1, keepdim=True)
    return length.clamp(min=_LEAST_NORM)
