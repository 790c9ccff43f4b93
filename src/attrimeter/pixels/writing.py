"""Writing images and part masks, atomically."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from attrimeter.arrays import Array
from attrimeter.errors import ImageError
from attrimeter.storage import write_bytes

JPEG_QUALITY = 95
"""Pillow's quality, 1 to 95, of the JPEG files written; their colours are not subsampled."""


def write_image(
    path: str | os.PathLike[str], image: UInt8[Array, "height width 3"] | UInt8[Array, "height width"]
) -> None:
    """Write an RGB image as PNG or JPEG, by the suffix of ``path``, or a mask of labels as PNG.

    PNG keeps every value; JPEG is lossy and therefore refused for a mask. The same image gives the same
    bytes. Missing folders are made.

    Raises:
        ImageError: another suffix, or an array that is neither uint8 H x W x 3 nor uint8 H x W.
        StorageError: the file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    if image.dtype != np.uint8 or (image.ndim != 2 and image.shape[2:] != (3,)) or image.size == 0:
        raise ImageError(
            "Only uint8 arrays of shape height x width x 3 (an image) or height x width (a mask) can be "
            f"written; got {image.dtype} of shape {image.shape}."
        )
    allowed = {".png"} if image.ndim == 2 else {".png", ".jpg", ".jpeg"}
    if suffix not in allowed:
        kind = "A mask" if image.ndim == 2 else "An image"
        raise ImageError(f"{kind} is written as {' or '.join(sorted(allowed))}; got {Path(path).name}.")
    buffer = io.BytesIO()
    picture = Image.fromarray(image)
    if suffix == ".png":
        picture.save(buffer, format="PNG")
    else:
        picture.save(buffer, format="JPEG", quality=JPEG_QUALITY, subsampling=0)
    write_bytes(path, buffer.getvalue())
