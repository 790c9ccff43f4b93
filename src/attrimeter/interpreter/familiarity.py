"""Whether an image is of the kind that something was learnt on, by where its embedding lies."""

from __future__ import annotations

from dataclasses import dataclass

from jaxtyping import Bool, Float
from torch import Tensor


@dataclass(frozen=True)
class Familiarity:
    """A normal distribution of embeddings: some directions with a variance each, all others with one.

    (Tipping and Bishop, "Probabilistic Principal Component Analysis", 1999.)

    Attributes:
        centre: the mean embedding.
        directions: orthonormal, those of the largest variance.
        variances: along them, above 0.
        rest: variance along every other direction, above 0.
        farthest: squared Mahalanobis distance beyond which an image is unlike those.
    """

    centre: Float[Tensor, " d"]
    directions: Float[Tensor, "r d"]
    variances: Float[Tensor, " r"]
    rest: float
    farthest: float

    def distances(self, embeddings: Float[Tensor, "n d"]) -> Float[Tensor, " n"]:
        """Squared Mahalanobis distances from the centre."""
        away = embeddings.to(self.centre.dtype) - self.centre
        along = (away @ self.directions.T).square()
        rest = (away.square().sum(dim=1) - along.sum(dim=1)).clamp(min=0)
        return (along / self.variances).sum(dim=1) + rest / self.rest

    def knows(self, embeddings: Float[Tensor, "n d"]) -> Bool[Tensor, " n"]:
        """Whether each image is of the kind."""
        return self.distances(embeddings) <= self.farthest
