"""Where a distance lies among the distances of same and different persons."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from attrimeter.values.metric import Metric

Array = np.ndarray[Any, np.dtype[Any]]
QUANTILES = 101
MOST_IMAGES = 3000


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


def percentile_of(distance: float, quantiles: list[float]) -> float:
    """Percentage of the pairs behind ``quantiles`` that are nearer than ``distance``; NaN without any."""
    if not quantiles:
        return float("nan")
    levels = np.linspace(0, 100, len(quantiles))
    return float(np.interp(distance, quantiles, levels))
