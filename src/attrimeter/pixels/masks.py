"""Reading part masks: a label per pixel."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from attrimeter.errors import ImageError
from attrimeter.pixels.opening import open_picture, raw_modes

Array = np.ndarray[Any, np.dtype[Any]]


def read_mask(path: str | os.PathLike[str]) -> UInt8[Array, "height width"]:
    """The labels, 0 to 255, in the 8-bit single-channel PNG file ``path``.

    Raises:
        ImageError: missing, broken, not a PNG, or not one 8-bit channel.
    """
    with open_picture(path) as picture:
        if picture.format != "PNG" or picture.mode != "L" or raw_modes(picture) != "L":
            raise ImageError(
                f"The mask {Path(path)} is {picture.format} of mode {picture.mode} ({raw_modes(picture)}); "
                "save the labels as an 8-bit single-channel PNG."
            )
        return np.array(picture)
