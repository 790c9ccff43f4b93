"""Distances between all rows of two sets of embeddings."""

from __future__ import annotations

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from attrimeter.values.metric import Metric


def _euclidean(a: Tensor, b: Tensor) -> Tensor:
    squares = a.square().sum(1)[:, None] + b.square().sum(1)[None]
    return (squares - 2 * a @ b.T).clamp_min_(0).sqrt_()


def _cosine(a: Tensor, b: Tensor) -> Tensor:
    directions = torch.nn.functional.normalize(a), torch.nn.functional.normalize(b)
    return (1 - directions[0] @ directions[1].T).clamp_(0, 2)


_DISTANCES: dict[Metric, Callable[[Tensor, Tensor], Tensor]] = {
    Metric.EUCLIDEAN: _euclidean,
    Metric.COSINE: _cosine,
}


def pairwise_distances(
    a: Float[Tensor, "queries embed"], b: Float[Tensor, "gallery embed"], metric: str
) -> Float[Tensor, "queries gallery"]:
    """The distance of every row of ``a`` from every row of ``b``, in the dtype of ``a``.

    It is computed in float64, because |a|^2 + |b|^2 - 2 a.b cancels where embeddings are near. A large
    gallery is best compared block by block of queries.

    Args:
        a, b: embeddings.
        metric: "euclidean", or "cosine": 1 - cosine similarity, in [0, 2] (1 for an embedding of zeros).

    Raises:
        SettingsError: an unknown metric.
    """
    return _DISTANCES[Metric.named(metric)](a.double(), b.double()).to(a.dtype)
