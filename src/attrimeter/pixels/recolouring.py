"""Giving a region of a picture another colour, with its shading and texture kept."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Float64, UInt8

from attrimeter.arrays import Array
from attrimeter.errors import ImageError
from attrimeter.pixels.lab import lab_to_rgb, rgb_to_lab
from attrimeter.pixels.region import check_region


def region_colour(
    image: UInt8[Array, "height width 3"], weight: Float[Array, "height width"]
) -> Float64[Array, " lab"]:
    """The weighted median of L*, of a* and of b* over a region.

    Args:
        weight: how much each pixel belongs to the region, in [0, 1].

    Raises:
        ImageError: no pixel belongs to it, or ``weight`` is not a region of the picture.
    """
    check_region(image, weight)
    inside = weight > 0
    if not inside.any():
        raise ImageError("The region is empty and has no colour; give at least one pixel a weight above 0.")
    return _weighted_median(rgb_to_lab(image[inside]), weight[inside])


def recolour_region(
    image: UInt8[Array, "height width 3"],
    weight: Float[Array, "height width"],
    colour: Float[Array, " lab"],
) -> UInt8[Array, "height width 3"]:
    """The picture with its region moved to another colour.

    Every pixel is shifted in L*a*b* by its weight times the way from the region's median to ``colour``, so
    that what lies off the median (folds, shadows, prints) stays as far off it.

    Args:
        weight: how much each pixel belongs to the region, in [0, 1]; all 0 returns a copy.
        colour: L*, a*, b* that the median of the region shall have; see :func:`region_colour`.

    Returns:
        A new array; pixels of weight 0 are as they were.

    Raises:
        ImageError: ``weight`` is not a region of the picture.
    """
    check_region(image, weight)
    edited, inside = image.copy(), weight > 0
    if inside.any():
        lab, shares = rgb_to_lab(image[inside]), weight[inside]
        edited[inside] = lab_to_rgb(lab + shares[:, None] * (colour - _weighted_median(lab, shares)))
    return edited


def _weighted_median(
    values: Float64[Array, "n channels"], weight: Float[Array, " n"]
) -> Float64[Array, " channels"]:
    """Of every channel the smallest value at or below which half of the weight lies."""
    order = np.argsort(values, axis=0, kind="stable")
    reached = np.cumsum(weight[order], axis=0)
    rows = (reached < reached[-1] / 2).sum(axis=0)
    medians: Array = np.take_along_axis(values, order, axis=0)[rows, np.arange(values.shape[1])]
    return medians
