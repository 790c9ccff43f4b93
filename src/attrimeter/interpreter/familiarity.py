"""Whether an image is of the kind that something was learnt on, by the statistics of its shallow map."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor


def image_style(shallow: Float[Tensor, "n s h w"]) -> Float[Tensor, "n twice_s"]:
    """Mean and standard deviation of every channel of the shallow map over its cells.

    They tell light, palette, sharpness and texture, and little of who is seen. (Huang and Belongie call them
    the style: "Arbitrary Style Transfer in Real-time with Adaptive Instance Normalization", ICCV 2017.)
    """
    cells = shallow.float().flatten(2)
    return torch.cat([cells.mean(dim=2), cells.std(dim=2, correction=0)], dim=1)


@dataclass(frozen=True)
class Familiarity:
    """A normal distribution of styles: some directions with a variance each, all others with one.

    (Tipping and Bishop, "Probabilistic Principal Component Analysis", 1999.)

    Attributes:
        centre: the mean style.
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

    def distances(self, styles: Float[Tensor, "n d"]) -> Float[Tensor, " n"]:
        """Squared Mahalanobis distances from the centre."""
        away = styles.to(self.centre.dtype) - self.centre
        along = (away @ self.directions.T).square()
        rest = (away.square().sum(dim=1) - along.sum(dim=1)).clamp(min=0)
        return (along / self.variances).sum(dim=1) + rest / self.rest

    def knows(self, styles: Float[Tensor, "n d"]) -> Bool[Tensor, " n"]:
        """Whether each image is of the kind."""
        return self.distances(styles) <= self.farthest
