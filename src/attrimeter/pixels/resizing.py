"""Resizing exactly as Pillow does, because targets were trained on what Pillow makes."""

from __future__ import annotations

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from attrimeter.arrays import Array
from attrimeter.errors import SettingsError

INTERPOLATIONS: dict[str, Image.Resampling] = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
}
"""The interpolations that ReID targets use, by name."""


def resize_image(
    image: UInt8[Array, "height width 3"], *, size: tuple[int, int], interpolation: str
) -> UInt8[Array, "new_height new_width 3"]:
    """``image`` at ``size`` = (height, width), by Pillow's ``Image.resize`` (which low-passes when it
    makes an image smaller); always a new array.

    Raises:
        SettingsError: an interpolation that is not in :data:`INTERPOLATIONS`, or a size below 1.
    """
    if interpolation not in INTERPOLATIONS:
        raise SettingsError(
            f"The interpolation {interpolation!r} is not known; choose {' or '.join(INTERPOLATIONS)}."
        )
    height, width = size
    if height < 1 or width < 1:
        raise SettingsError(f"An image cannot be resized to {height} x {width}; both sides must be positive.")
    return np.array(Image.fromarray(image).resize((width, height), INTERPOLATIONS[interpolation]))
