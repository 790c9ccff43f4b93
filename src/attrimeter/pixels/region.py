"""A region of a picture: how much each of its pixels belongs to it, in [0, 1]."""

from __future__ import annotations

from attrimeter.arrays import Array
from attrimeter.errors import ImageError


def check_region(image: Array, weight: Array) -> None:
    """Raises ImageError unless ``weight`` holds one number in [0, 1] for every pixel of the picture."""
    if weight.shape != image.shape[:2]:
        raise ImageError(
            f"The region has shape {' x '.join(map(str, weight.shape))}, but the picture has "
            f"{' x '.join(map(str, image.shape[:2]))} pixels; give one weight per pixel."
        )
    if not ((weight >= 0) & (weight <= 1)).all():
        raise ImageError(
            f"The weights of a region run from {weight.min():.3g} to {weight.max():.3g}; "
            "they must lie between 0 and 1."
        )
