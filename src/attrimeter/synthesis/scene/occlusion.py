"""What stands between camera and person: poles, bushes, bins, railings, bicycles; drawn flat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from jaxtyping import Float32

from attrimeter.synthesis.palette import to_linear
from attrimeter.synthesis.view import Occluder

_Array = np.ndarray[Any, np.dtype[np.float32]]
_Layer = tuple[_Array, _Array]


def draw_occluder(
    occluder: Occluder, height: int, width: int
) -> tuple[Float32[np.ndarray, "h w"], Float32[np.ndarray, "h w 3"]]:
    """Its cover of each pixel (0 to 1) and its linear colour. Measures count in picture heights."""
    aspect = width / height
    ys = ((np.arange(height, dtype=np.float32) + 0.5) / height)[:, None]
    xs = ((np.arange(width, dtype=np.float32) + 0.5) / height)[None, :] - occluder.x * aspect
    rng = np.random.Generator(np.random.PCG64(occluder.seed))
    pixel = 1.0 / height
    alpha, shade = DRAWERS[occluder.kind](occluder, xs, ys, occluder.width * aspect, pixel, rng)
    colour = to_linear(occluder.colour) * np.clip(shade, 0, 2)[..., None]
    return alpha.astype(np.float32), colour.astype(np.float32)


def _soft(distance: Any, pixel: float) -> Any:
    """1 inside (distance < 0), 0 outside, with an edge one pixel wide."""
    return np.clip(0.5 - distance / pixel, 0, 1)


def _pole(occluder: Occluder, xs: Any, ys: Any, width: float, pixel: float, rng: Any) -> _Layer:
    half = width / 2
    alpha = _soft(np.abs(xs) - half, pixel) * np.ones_like(ys)
    shade = 0.55 + 0.75 * np.sqrt(np.maximum(0, 1 - ((xs + 0.3 * half) / (1.5 * half)) ** 2))
    return alpha, shade * np.ones_like(ys)


def _bush(occluder: Occluder, xs: Any, ys: Any, width: float, pixel: float, rng: Any) -> _Layer:
    """Round tufts, the nearer and lower ones over the farther, with a ragged edge and a leafy grain."""
    leaves = rng.random((72, 72))
    grain = leaves[(ys * 71).astype(int), ((xs + 0.5 * pixel) * 71).astype(int)]
    alpha = np.zeros(grain.shape, dtype=np.float32)
    shade = np.zeros(grain.shape, dtype=np.float32)
    tufts = 26
    for tuft in range(tufts):
        x = (rng.random() + rng.random() - 1) * 0.5 * width
        y = occluder.top + 0.05 + (0.98 - occluder.top) * (tuft + rng.random()) / tufts
        radius = 0.04 + 0.045 * rng.random()
        distance = np.hypot(xs - x, ys - y) - radius
        leaf = _soft(distance + 0.020 * grain, pixel)
        light = (0.45 + 0.5 * rng.random()) * (1 - 7 * (ys - y)) * (0.55 + 0.75 * grain)
        shade = np.where(leaf > 0.5, light, shade)
        alpha = np.maximum(alpha, leaf)
    return alpha, shade


def _bin(occluder: Occluder, xs: Any, ys: Any, width: float, pixel: float, rng: Any) -> _Layer:
    half = width / 2 * (1 - 0.12 * (ys - occluder.top))
    alpha = _soft(np.maximum(np.abs(xs) - half, occluder.top - ys), pixel)
    shade = 0.6 + 0.6 * np.sqrt(np.maximum(0, 1 - ((xs + 0.3 * half) / (1.6 * half)) ** 2))
    shade = shade * np.where(ys - occluder.top < 0.03, 0.55, 1.0)
    return alpha, shade * np.where(np.sin(xs * 140) > 0.6, 0.85, 1.0)


def _railing(occluder: Occluder, xs: Any, ys: Any, width: float, pixel: float, rng: Any) -> _Layer:
    rail = np.minimum(np.abs(ys - occluder.top), np.abs(ys - 0.5 * (occluder.top + 1.05)))
    post = np.abs((xs + 0.13) % 0.26 - 0.13) + 10 * np.maximum(0, occluder.top - ys)
    distance = np.minimum(rail - 0.012, post - 0.011)
    return _soft(distance, pixel), 1.1 - 20 * np.maximum(0, distance + 0.008) * np.ones_like(ys)


def _bicycle(occluder: Occluder, xs: Any, ys: Any, width: float, pixel: float, rng: Any) -> _Layer:
    radius = 0.15
    centre_y = 1.0 - radius * 0.8
    distance: Any = 9.0
    for x in (-0.21, 0.21):
        distance = np.minimum(distance, np.abs(np.hypot(xs - x, ys - centre_y) - radius) - 0.008)
    joints = (
        (-0.21, centre_y),
        (-0.06, occluder.top + 0.08),
        (0.15, occluder.top + 0.07),
        (0.0, centre_y + 0.02),
    )
    bars = ((0, 1), (1, 2), (2, 3), (3, 0), (1, 3))
    for first, second in bars:
        distance = np.minimum(distance, _segment(xs, ys, joints[first], joints[second]) - 0.008)
    distance = np.minimum(distance, _segment(xs, ys, (0.21, centre_y), (0.14, occluder.top)) - 0.008)
    distance = np.minimum(
        distance, _segment(xs, ys, (-0.11, occluder.top + 0.04), (-0.03, occluder.top + 0.04)) - 0.013
    )
    return _soft(distance, pixel), np.full(distance.shape, 0.8)


def _segment(xs: Any, ys: Any, a: tuple[float, float], b: tuple[float, float]) -> Any:
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = np.clip(((xs - a[0]) * dx + (ys - a[1]) * dy) / (dx * dx + dy * dy), 0, 1)
    return np.sqrt((xs - a[0] - along * dx) ** 2 + (ys - a[1] - along * dy) ** 2)


DRAWERS: Mapping[str, Callable[[Occluder, Any, Any, float, float, Any], _Layer]] = {
    "pole": _pole,
    "bush": _bush,
    "bin": _bin,
    "railing": _railing,
    "bicycle": _bicycle,
}
"""How each kind of :data:`attrimeter.synthesis.view.OCCLUDER_KINDS` is drawn."""
