"""An attribute's map laid over its image, so that one sees what the interpreter looked at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, UInt8
from matplotlib import colormaps
from PIL import Image

from attrimeter.arrays import Array
from attrimeter.values import ExplainedImage, PairExplanation

_HEAT = "viridis"
_CONTOUR_AT = 0.5
_FLAT = 1e-5
"""A slope per pixel up to which a map counts as level, so that no line runs through it."""
_LUMINANCE = np.array([0.299, 0.587, 0.114], dtype=np.float32)


def group_map(image: ExplainedImage, members: Sequence[str]) -> Float[Array, "h w"]:
    """The sum of the maps of a group's attributes in one image."""
    return np.asarray(sum(np.asarray(image.maps[name], dtype=np.float32) for name in members))


def enlarge_image(pixels: UInt8[Array, "height width 3"], *, size: tuple[int, int]) -> UInt8[Array, "H W 3"]:
    """``pixels`` at ``size`` (height, width), bicubic."""
    height, width = size
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC))


def fit_size(pixels: UInt8[Array, "height width 3"], *, box: tuple[int, int]) -> tuple[int, int]:
    """The largest (height, width) with the image's proportions inside ``box``, at least 1 x 1."""
    height, width = pixels.shape[:2]
    scale = min(box[0] / height, box[1] / width)
    return max(1, round(scale * height)), max(1, round(scale * width))


def overlay_map(
    pixels: UInt8[Array, "height width 3"],
    attention: Float[Array, "h w"],
    *,
    scale: float,
    size: tuple[int, int],
) -> UInt8[Array, "H W 3"]:
    """The image in dark grey, lit where the map is high, with a white line at half of ``scale``.

    Light rises with the map, so the picture reads without colour vision and in grey print; the image's own
    light and shade stays visible in it. The map is enlarged bilinearly.

    Args:
        pixels: the image.
        attention: the map on the grid of the target's last map, from 0 to ``scale``.
        scale: the value shown as brightest; give both images of a pair the same. 0 shows an empty map.
        size: height and width of the result.
    """
    height, width = size
    grey = (enlarge_image(pixels, size=size).astype(np.float32) / 255) @ _LUMINANCE
    level = np.zeros_like(attention, dtype=np.float32) if scale <= 0 else attention.astype(np.float32) / scale
    enlarged = Image.fromarray(level).resize((width, height), Image.Resampling.BILINEAR)
    heat = np.clip(np.asarray(enlarged, dtype=np.float32), 0, 1)
    colour = colormaps[_HEAT](0.25 + 0.75 * heat)[..., :3].astype(np.float32)
    shade = (0.45 + 0.75 * grey)[..., None]
    blend = np.clip(1.5 * heat, 0, 1)[..., None]
    picture = (1 - blend) * (0.08 + 0.55 * grey[..., None]) + blend * colour * shade
    picture = _draw_contour(picture, heat)
    return (255 * np.clip(picture, 0, 1) + 0.5).astype(np.uint8)


def overlay_pair(
    explanation: PairExplanation, group: str, *, box: tuple[int, int]
) -> tuple[UInt8[Array, "H1 W1 3"], UInt8[Array, "H2 W2 3"]]:
    """Both images below a group's map, at one scale (the larger of the two maxima), fitted in ``box``."""
    images = (explanation.first, explanation.second)
    maps = [group_map(image, explanation.group_members[group]) for image in images]
    scale = max(float(m.max()) for m in maps)
    first, second = (
        overlay_map(image.pixels, attention, scale=scale, size=fit_size(image.pixels, box=box))
        for image, attention in zip(images, maps, strict=True)
    )
    return first, second


def _draw_contour(picture: Float[Array, "H W 3"], heat: Float[Array, "H W"]) -> Float[Array, "H W 3"]:
    """A white line with a dark rim where ``heat`` crosses one half, smooth at any size."""
    if min(heat.shape) < 2:
        return picture
    down, right = np.gradient(heat)
    slope = np.hypot(down, right)
    away = np.where(slope > _FLAT, np.abs(heat - _CONTOUR_AT) / np.maximum(slope, _FLAT), np.inf)
    width = max(1.6, max(heat.shape) / 160)
    rim = np.clip(width + 0.5 - away, 0, 1)[..., None]
    line = np.clip(width / 2 + 0.5 - away, 0, 1)[..., None]
    lined: Array = (1 - line) * ((1 - 0.8 * rim) * picture) + line
    return lined
