"""Painting over a region with what surrounds it."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, UInt8
from scipy.ndimage import gaussian_filter

from attrimeter.arrays import Array
from attrimeter.errors import ImageError
from attrimeter.pixels.region import check_region

_TRUST = 0.05
"""Share of known pixels in reach at which a finer scale counts as much as the coarser ones."""


def fill_region(
    image: UInt8[Array, "height width 3"], weight: Float[Array, "height width"]
) -> UInt8[Array, "height width 3"]:
    """The picture with its region replaced by a smooth continuation of the surroundings.

    Normalised convolution (Knutsson and Westin, CVPR 1993) with Gaussians from coarse to fine: each scale
    counts where it reaches enough pixels outside the region, so that the rim meets its neighbours closely
    and the middle takes the mean of a wider ring.

    Args:
        weight: how much each pixel belongs to the region, in [0, 1]; the fill is blended by it, and made
            of pixels of weight 0 alone.

    Returns:
        A new array; pixels of weight 0 are as they were.

    Raises:
        ImageError: every pixel belongs to the region, or ``weight`` is not a region of the picture.
    """
    check_region(image, weight)
    known = (weight == 0).astype(np.float64)[..., None]
    if not known.any():
        raise ImageError("The region covers the whole picture; leave something around it to fill it from.")
    colours = image * known
    fill = colours.sum(axis=(0, 1)) / known.sum()
    scale = max(weight.shape) / 4
    while scale >= 0.5:
        spread = (scale, scale, 0)
        near, reach = gaussian_filter(colours, spread), gaussian_filter(known, spread)
        fill = (near + _TRUST * fill) / (reach + _TRUST)
        scale /= 2
    blended: Array = np.rint(image + weight[..., None] * (fill - image)).astype(np.uint8)
    return blended
