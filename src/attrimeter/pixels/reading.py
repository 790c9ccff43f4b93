"""Reading person images: 8-bit RGB or a clear refusal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageFile

from attrimeter.arrays import Array
from attrimeter.errors import ImageError
from attrimeter.pixels.opening import MIN_SIDE, decode, open_picture, orientation_of, raw_modes

ImageSource: TypeAlias = str | os.PathLike[str] | Array
"""What stands for a person image: the path of a file, or a uint8 array of shape H x W x 3."""

_GREY_MODES = frozenset({"1", "L", "LA", "La", "I", "I;16", "I;16L", "I;16B", "I;16N", "F"})
_ALPHA_MODES = frozenset({"RGBA", "RGBa", "PA"})

# What undoes each EXIF orientation; the numbers are those of the EXIF standard (tag 0x0112).
_TO_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read_image(path: str | os.PathLike[str]) -> UInt8[Array, "height width 3"]:
    """The 8-bit RGB picture in the file ``path``, upright as its EXIF orientation says.

    Palette pictures are expanded exactly. Nothing is converted by guess: grey, 16-bit, CMYK and
    transparent pictures are refused, because a target would see colours that are not there. So are animations
    and files of several pages; of a phone's JPEG with a preview behind it (MPO) the picture is read.

    Raises:
        ImageError: missing, a folder, not a picture, broken, truncated, not 8-bit RGB, smaller than
            ``MIN_SIDE`` pixels on a side, larger than ``MAX_PIXELS`` in all, or more than one picture.
    """
    with open_picture(path) as picture:
        _check_colours(picture, Path(path))
        decode(picture)
        _check_palette(picture, Path(path))
        turn = _TO_UPRIGHT.get(orientation_of(picture))
        colours = picture.convert("RGB") if picture.mode == "P" else picture
        return np.array(colours if turn is None else colours.transpose(turn))


def as_image(source: ImageSource) -> UInt8[Array, "height width 3"]:
    """The image that ``source`` stands for: a path is read by :func:`read_image`, an array is checked.

    An array is returned as it is, not copied.

    Raises:
        ImageError: as :func:`read_image`; or an array that is not uint8 of shape H x W x 3 with at least
            ``MIN_SIDE`` pixels on each side; or neither path nor array.
    """
    if isinstance(source, (str, os.PathLike)):
        return read_image(source)
    if not isinstance(source, np.ndarray):
        raise ImageError(f"An image is a path or a NumPy array; got {type(source).__name__}.")
    if source.dtype != np.uint8 or source.ndim != 3 or source.shape[2] != 3:
        raise ImageError(
            "An image array must be uint8 of shape height x width x 3 (RGB, 0 to 255); "
            f"got {source.dtype} of shape {source.shape}."
        )
    if min(source.shape[:2]) < MIN_SIDE:
        raise ImageError(
            f"An image array must have at least {MIN_SIDE} pixels on each side; got shape {source.shape}."
        )
    return source


def _check_colours(picture: ImageFile.ImageFile, place: Path) -> None:
    fault = _find_fault(picture)
    if fault is not None:
        raise ImageError(f"The image {place} {fault}; convert it to 8-bit RGB first.")


def _check_palette(picture: ImageFile.ImageFile, place: Path) -> None:
    """Pillow shows as black what a palette does not have."""
    if picture.mode == "P":
        palette, used = picture.palette, int(np.array(picture).max()) + 1
        colours = 0 if palette is None else len(palette.palette) // len(palette.mode)
        if used > colours:
            raise ImageError(
                f"The image {place} is broken: it uses {used} colours of a palette of {colours}; "
                "replace the file."
            )


def _find_fault(picture: ImageFile.ImageFile) -> str | None:
    mode = picture.mode
    if mode in _GREY_MODES:
        return f"is greyscale (mode {mode}) and a ReID target needs colours"
    if mode in _ALPHA_MODES or "transparency" in picture.info:
        return f"has transparency (mode {mode}), which a ReID target cannot see"
    if mode == "CMYK":
        return "has printing colours (mode CMYK) and a ReID target needs RGB"
    if mode not in {"RGB", "P"}:
        return f"has colours of mode {mode} and a ReID target needs RGB"
    if _is_deep(picture):
        return "has 16 bits per colour and a ReID target needs 8"
    return None


def _is_deep(picture: ImageFile.ImageFile) -> bool:
    """Whether the file holds more than 8 bits per colour (Pillow would drop the low ones silently)."""
    if picture.format == "PPM":
        return any(isinstance(tile[3], tuple) and tile[3][-1] > 255 for tile in picture.tile)
    return picture.format != "BMP" and ";16" in raw_modes(picture)  # a BMP of 16 bits has 5 per colour
