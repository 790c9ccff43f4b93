"""Whether maps lie on the body part that they are said to show."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int

from attrimeter.arrays import Array
from attrimeter.metrics.bootstrap import bootstrap_mean
from attrimeter.values import LocalisationScores

LEAST_PIXELS = 20
REFERENCE_PIXELS = 128 * 64
"""The picture that ``least_pixels`` counts in; for others it grows with their area."""

ON_PART = 0.25
"""The share of a cell that the part must cover for the cell to lie on the part."""


def score_maps(
    maps: Float[Array, "n h w"],
    part_masks: Bool[Array, "n height width"],
    identities: Int[Array, " n"],
    *,
    least_pixels: float = LEAST_PIXELS,
    samples: int = 1000,
    seed: int = 0,
) -> LocalisationScores:
    """Score the maps of one group against its part, over the pictures where the part is large enough.

    Parts are compared on the maps' own grid: each cell knows which share of it the part covers, so that a
    map spread evenly over the picture has a map share equal to the part share. The pointing game is won if
    the largest value of the map lies on the part (Zhang et al., "Top-down neural attention by excitation
    backprop", 2016). A cell lies on the part if the part covers a quarter of it, or, where it covers a
    quarter of no cell, the largest share of any. If a cell off the part shares the largest value, the game
    is lost, and a map of zeros is lost in both scores.

    Args:
        maps: values >= 0 on a grid of any size.
        part_masks: where the part is seen.
        identities: of each picture; the intervals are bootstrapped over them.
        least_pixels: that the part must cover in a picture of 128 x 64, in proportion for other sizes.
        samples, seed: of the bootstrap.

    Returns:
        Shares between 0 and 1; NaN where no picture qualifies.
    """
    shares = part_masks.mean(axis=(1, 2)) if part_masks.size else np.zeros(len(part_masks))
    seen = shares * REFERENCE_PIXELS >= least_pixels * (1 - 1e-12)
    maps, masks, identities = maps[seen].astype(np.float64), part_masks[seen], identities[seen]
    cover = cover_cells(masks, (maps.shape[1], maps.shape[2]))
    mass = maps.sum(axis=(1, 2))
    on_part = (maps * cover).sum(axis=(1, 2)) / np.where(mass > 0, mass, 1)
    scores = {"map_share": on_part, "part_share": shares[seen], "pointing": _peaks_on(maps, cover)}
    means = {
        name: bootstrap_mean(values, identities, samples=samples, seed=seed)
        for name, values in scores.items()
    }
    return LocalisationScores(**means, images=int(seen.sum()))


def cover_cells(part_masks: Bool[Array, "n height width"], grid: tuple[int, int]) -> Float[Array, "n h w"]:
    """The share of each cell of an h x w grid laid over the picture that the part covers, exactly."""
    rows, columns = (_overlaps(part_masks.shape[1 + axis], grid[axis]) for axis in (0, 1))
    cover: Array = rows @ part_masks.astype(np.float64) @ columns.T
    return cover


def _overlaps(pixels: int, cells: int) -> Array:
    """cells x pixels: the share of each cell that lies on each pixel, along one side of the picture."""
    edges = np.arange(cells + 1)[:, None] * (pixels / cells)
    left, right = np.maximum(edges[:-1], np.arange(pixels)), np.minimum(edges[1:], np.arange(pixels) + 1)
    overlaps: Array = np.maximum(right - left, 0) * (cells / pixels)
    return overlaps


def _peaks_on(maps: Array, cover: Array) -> Array:
    """1 where every cell of the map's largest value lies on the part, else 0."""
    needed = np.minimum(ON_PART, cover.max(axis=(1, 2), keepdims=True, initial=0)) * (1 - 1e-9)
    on_part = (cover > 0) & (cover >= needed)
    best_on = np.where(on_part, maps, -np.inf).max(axis=(1, 2), initial=-np.inf)
    best_off = np.where(on_part, -np.inf, maps).max(axis=(1, 2), initial=-np.inf)
    wins: Array = (best_on > np.maximum(best_off, 0)).astype(np.float64)
    return wins
