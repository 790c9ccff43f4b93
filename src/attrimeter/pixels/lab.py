"""Between sRGB and CIE L*a*b*, in which equal steps look about equal (D65 white, 2 degree observer)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float64, UInt8

from attrimeter.arrays import Array

_RGB_TO_XYZ = np.array(  # IEC 61966-2-1, linear sRGB to XYZ
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)
_WHITE = _RGB_TO_XYZ.sum(axis=1)
_XYZ_TO_RGB = np.linalg.inv(_RGB_TO_XYZ)
_BEND = 6 / 29  # below this cube root, f(t) of CIE 15 is a straight line


def rgb_to_lab(image: UInt8[Array, "*shape 3"]) -> Float64[Array, "*shape 3"]:
    """L* in 0 to 100, a* (green to red) and b* (blue to yellow) of sRGB pixels; greys have a* = b* = 0."""
    encoded = image / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _RGB_TO_XYZ.T / _WHITE
    x, y, z = np.moveaxis(np.where(xyz > _BEND**3, np.cbrt(xyz), xyz / (3 * _BEND**2) + 4 / 29), -1, 0)
    lab: Array = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
    return lab


def lab_to_rgb(lab: Float64[Array, "*shape 3"]) -> UInt8[Array, "*shape 3"]:
    """The inverse of :func:`rgb_to_lab`, rounded; colours that sRGB cannot show are clipped by channel."""
    lightness, a, b = np.moveaxis(lab, -1, 0)
    y = (np.clip(lightness, 0, 100) + 16) / 116
    roots = np.stack([y + a / 500, y, y - b / 200], axis=-1)
    xyz = np.where(roots > _BEND, roots**3, 3 * _BEND**2 * (roots - 4 / 29)) * _WHITE
    linear = np.clip(xyz @ _XYZ_TO_RGB.T, 0, 1)
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    image: Array = np.rint(255 * encoded).astype(np.uint8)
    return image
