"""Learning what kind of image something is learnt on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.interpreter.familiarity import Familiarity

DIRECTIONS, IMAGES_PER_DIRECTION = 256, 10
"""Directions with a variance of their own: as many at most, and so many images for each."""

KNOWN = 0.99
"""Share of images of persons that were not learnt on, yet of the same kind, that are to be known as such."""


def fit_familiarity(
    styles: Float[Tensor, "n d"], identities: Int[Array, " n"], *, seed: int = 0
) -> Familiarity:
    """The kind of image that these are; at least three images.

    How far an image may lie is found with two halves of the persons, each beside a fit on the other, since
    images of unseen persons lie farther.
    """
    known = np.unique(identities)
    chosen = np.random.default_rng([seed, 23]).permutation(known)[: max(1, len(known) // 2)]
    half = torch.from_numpy(np.isin(identities, chosen))
    distances = [
        _describe(styles[here]).distances(styles[~here])
        for here in (half, ~half)
        if int(here.sum()) >= 3 and not bool(here.all())
    ]
    found = _describe(styles)
    apart = torch.cat(distances or [found.distances(styles)])
    return replace(found, farthest=float(np.quantile(apart.numpy(), KNOWN, method="higher")))


def _describe(styles: Float[Tensor, "n d"]) -> Familiarity:
    values = styles.double()
    centre, size = values.mean(dim=0), values.shape[1]
    away = values - centre
    variances, directions = torch.linalg.eigh(away.T @ away / max(len(values) - 1, 1))
    variances, directions = variances.flip(0).clamp(min=0), directions.T.flip(0)
    kept = max(1, min(DIRECTIONS, len(values) // IMAGES_PER_DIRECTION, size - 1))
    left = variances[kept:].sum() / max(size - kept, 1)
    least = float(variances[0]) * 1e-6 + 1e-12
    return Familiarity(
        centre=centre.float(),
        directions=directions[:kept].float(),
        variances=variances[:kept].clamp(min=least).float(),
        rest=max(float(left), least),
        farthest=float("inf"),
    )
