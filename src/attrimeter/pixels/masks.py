"""Reading part masks: a label per pixel."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from attrimeter.arrays import Array
from attrimeter.errors import ImageError
from attrimeter.pixels.opening import open_picture, picture_size, raw_modes


def read_mask(
    path: str | os.PathLike[str], *, of: str | os.PathLike[str] | None = None
) -> UInt8[Array, "height width"]:
    """The labels, 0 to 255, in the 8-bit single-channel PNG file ``path``.

    Args:
        of: the picture that it labels, which must have the same size.

    Raises:
        ImageError: missing, broken, not a PNG, not one 8-bit channel, or of another size than its picture.
    """
    with open_picture(path) as picture:
        if picture.format != "PNG" or picture.mode != "L" or raw_modes(picture) != "L":
            raise ImageError(
                f"The mask {Path(path)} is {picture.format} of mode {picture.mode} ({raw_modes(picture)}); "
                "save the labels as an 8-bit single-channel PNG."
            )
        labels = np.array(picture)
    if of is not None and (size := picture_size(of)) != labels.shape:
        height, width = labels.shape
        raise ImageError(
            f"The mask {Path(path)} has {height} x {width} labels, but its picture {Path(of)} has "
            f"{size[0]} x {size[1]} pixels; give one label per pixel."
        )
    return labels
