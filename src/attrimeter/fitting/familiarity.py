"""Learning what kind of image something is learnt on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from attrimeter.interpreter.familiarity import Familiarity

Array = np.ndarray[Any, np.dtype[Any]]

DIRECTIONS = 32
KNOWN = 0.999
"""Share of images of persons that were not learnt on, yet of the same kind, that are to be known as such."""


def fit_familiarity(
    embeddings: Float[Tensor, "n d"], identities: Int[Array, " n"], *, seed: int = 0
) -> Familiarity:
    """The kind of image that these are; at least three images.

    How far an image may lie is found with two halves of the persons, each beside a fit on the other, since
    images of unseen persons lie farther.
    """
    known = np.unique(identities)
    chosen = np.random.default_rng([seed, 23]).permutation(known)[: max(1, len(known) // 2)]
    half = torch.from_numpy(np.isin(identities, chosen))
    distances = [
        _describe(embeddings[here]).distances(embeddings[~here])
        for here in (half, ~half)
        if int(here.sum()) >= 3 and not bool(here.all())
    ]
    found = _describe(embeddings)
    apart = torch.cat(distances or [found.distances(embeddings)])
    return replace(found, farthest=float(np.quantile(apart.numpy(), KNOWN, method="higher")))


def _describe(embeddings: Float[Tensor, "n d"]) -> Familiarity:
    values = embeddings.float()
    centre = values.mean(dim=0)
    _, singular, directions = torch.linalg.svd(values - centre, full_matrices=False)
    variances = singular.square() / max(len(values) - 1, 1)
    kept = max(1, min(DIRECTIONS, len(variances) - 2, values.shape[1] - 1))
    left = variances[kept:].sum() / max(values.shape[1] - kept, 1)
    least = float(variances[0]) * 1e-6 + 1e-12
    return Familiarity(
        centre=centre,
        directions=directions[:kept],
        variances=variances[:kept].clamp(min=least),
        rest=max(float(left), least),
        farthest=float("inf"),
    )
