"""From linear light to the stored picture: colour cast, lens blur, tone curve, noise, rounding."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Float32, UInt8

from attrimeter.synthesis.scene.cameras import Camera

BLUR_RADIUS = 1
"""Pixels by which the lens spreads a change."""

_NOISE_SIDE = 512


def expose_sensor(
    light: Float32[np.ndarray, "h w 3"], camera: Camera, *, exposure: float, noise_seed: int
) -> UInt8[np.ndarray, "h w 3"]:
    """The picture that the camera stores of that linear light.

    Every step is local: a pixel depends on its neighbourhood of :data:`BLUR_RADIUS` and on the noise at
    its own place, which comes from the seed alone.
    """
    gains = np.asarray(camera.gains, dtype=np.float32) * np.float32(exposure)
    image = np.sqrt(_blur(light * gains, camera.blur))
    grey = (0.30 * image[..., 0] + 0.59 * image[..., 1] + 0.11 * image[..., 2])[..., None]
    image = grey + np.float32(camera.saturation) * (image - grey)
    image = 0.5 + np.float32(camera.contrast) * (image - 0.5)
    image = np.where(image > 0.85, 0.85 + 0.15 * np.tanh((image - 0.85) / 0.15), image)
    image = 255 * image + np.float32(camera.noise) * _noise_window(noise_seed, *light.shape[:2])
    stored: np.ndarray[Any, Any] = np.clip(np.rint(image), 0, 255).astype(np.uint8)
    return stored


def _blur(image: np.ndarray[Any, Any], amount: float) -> np.ndarray[Any, Any]:
    """Each pixel gives ``amount`` of its light to its two neighbours, along the rows and the columns."""
    side, centre = np.float32(amount / 2), np.float32(1 - amount)
    padded = np.concatenate([image[:1], image, image[-1:]])
    image = centre * image + side * (padded[:-2] + padded[2:])
    padded = np.concatenate([image[:, :1], image, image[:, -1:]], axis=1)
    result: np.ndarray[Any, Any] = centre * image + side * (padded[:, :-2] + padded[:, 2:])
    return result


@lru_cache(maxsize=1)
def _noise_sheet() -> np.ndarray[Any, Any]:
    """A torus of about normal noise with deviation 1, partly grey and partly in colour."""
    rng = np.random.Generator(np.random.PCG64(20211011))
    shape = (_NOISE_SIDE, _NOISE_SIDE)
    grey = rng.random((4, *shape, 1)).sum(axis=0) - 2.0
    colour = rng.random((4, *shape, 3)).sum(axis=0) - 2.0
    sheet: np.ndarray[Any, Any] = ((0.8 * grey + 0.6 * colour) * np.sqrt(3.0)).astype(np.float32)
    return sheet


def _noise_window(seed: int, height: int, width: int) -> np.ndarray[Any, Any]:
    top, left = seed % _NOISE_SIDE, seed // _NOISE_SIDE % _NOISE_SIDE
    sheet = _noise_sheet()
    if seed // _NOISE_SIDE**2 % 2:
        sheet = sheet[::-1]
    if seed // _NOISE_SIDE**2 // 2 % 2:
        sheet = sheet[:, ::-1]
    if top + height <= _NOISE_SIDE and left + width <= _NOISE_SIDE:
        return sheet[top : top + height, left : left + width]
    rows = (top + np.arange(height)) % _NOISE_SIDE
    columns = (left + np.arange(width)) % _NOISE_SIDE
    return sheet[rows[:, None], columns]
