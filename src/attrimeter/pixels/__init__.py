"""The only place that opens or writes an image file."""

from attrimeter.pixels.masks import read_mask
from attrimeter.pixels.opening import IMAGE_SUFFIXES, MAX_BYTES, MAX_PIXELS, MIN_SIDE
from attrimeter.pixels.reading import ImageSource, as_image, read_image
from attrimeter.pixels.resizing import INTERPOLATIONS, resize_image
from attrimeter.pixels.writing import write_image

__all__ = [
    "IMAGE_SUFFIXES",
    "INTERPOLATIONS",
    "MAX_BYTES",
    "MAX_PIXELS",
    "MIN_SIDE",
    "ImageSource",
    "as_image",
    "read_image",
    "read_mask",
    "resize_image",
    "write_image",
]
