"""Distances between embeddings, and where one lies among those of same and different persons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import normalize

from attrimeter.arrays import Array
from attrimeter.values.metric import Metric

QUANTILES = 101
MOST_IMAGES = 3000


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
    rows, columns = a.double(), b.double()
    if Metric.named(metric) is Metric.COSINE:
        return (1 - normalize(rows) @ normalize(columns).T).clamp_(0, 2).to(a.dtype)
    squares = rows.square().sum(1)[:, None] + columns.square().sum(1)[None]
    return (squares - 2 * rows @ columns.T).clamp_min_(0).sqrt_().to(a.dtype)


def distance_quantiles(
    embeddings: Float[Tensor, "n d"], identities: Array, *, metric: str, seed: int = 0
) -> dict[str, list[float]]:
    """Quantiles 0, 1, ..., 100 % of the distance among "same" and "different" pairs.

    At most 3,000 images, drawn at random, are paired. A kind of pair that does not occur has an empty list.
    """
    rows = np.random.default_rng([seed, 11]).permutation(len(identities))[:MOST_IMAGES]
    chosen = embeddings[torch.from_numpy(rows)].cpu()
    chords = torch.cdist(chosen, chosen, compute_mode="donot_use_mm_for_euclid_dist").numpy()
    distances = Metric.named(metric).from_chord(chords)
    upper = np.triu_indices(len(rows), k=1)
    same = (identities[rows][:, None] == identities[rows][None])[upper]
    levels = np.linspace(0, 1, QUANTILES)
    return {
        kind: [float(q) for q in np.quantile(values, levels)] if len(values) else []
        for kind, values in (("same", distances[upper][same]), ("different", distances[upper][~same]))
    }


def percentile_of(distance: float, quantiles: Sequence[float]) -> float:
    """Percentage of the pairs behind ``quantiles`` that are nearer than ``distance``; NaN without any."""
    if not quantiles:
        return float("nan")
    levels = np.linspace(0, 100, len(quantiles))
    return float(np.interp(distance, quantiles, levels))
