"""Which pixels of a picture matter most to an explainer."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float, Float64, Int64
from scipy.ndimage import gaussian_filter
from torch.nn.functional import interpolate

from attrimeter.arrays import Array

BLUR = 0.1
"""The deviation of every blur here and in the curves, as a share of the picture's width."""


def pixel_importance(
    maps: Float[Array, "n groups h w"], contributions: Float[Array, "n groups"], size: tuple[int, int]
) -> Float64[Array, "n height width"]:
    """The sum over groups of |contribution| times the group's map, each map scaled to a sum of 1.

    Maps are brought to ``size`` = (height, width) by bilinear interpolation. A map of zeros stays so.
    """
    sums = maps.sum(axis=(2, 3), dtype=np.float64)
    weights = np.abs(contributions) / np.where(sums > 0, sums, 1)
    cells = torch.from_numpy(np.einsum("ng,nghw->nhw", weights, maps.astype(np.float64)))
    pixels = interpolate(cells[:, None], size=size, mode="bilinear", align_corners=False)
    importance: Array = pixels[:, 0].numpy()
    return importance


def random_importance(n: int, size: tuple[int, int], *, seed: int) -> Float64[Array, "n height width"]:
    """Blurred white noise: as smooth as a map, but it knows nothing of the picture."""
    noise = np.random.default_rng(seed).normal(size=(n, *size))
    sigma = BLUR * size[1]
    blurred: Array = gaussian_filter(noise, sigma=(0, sigma, sigma))
    return blurred


def order_pixels(importance: Float[Array, "n height width"], *, seed: int) -> Int64[Array, "n pixels"]:
    """The indexes of each picture's pixels, the most important first, and equal ones in random order."""
    flat = importance.reshape(len(importance), importance.shape[1] * importance.shape[2])
    ties = np.random.default_rng(seed).permutation(flat.shape[1])
    order: Array = ties[np.argsort(-flat[:, ties], axis=1, kind="stable")]
    return order
