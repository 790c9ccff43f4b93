"""Pictures that a target is tried on: noise, and waves like the light in photographs; nobody is in them."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.nn.functional import interpolate

from attrimeter.arrays import Array

_NOISE = 4
_WAVES = 48


def random_images(size: tuple[int, int], *, seed: int = 0) -> Float[Tensor, "n 3 height width"]:
    """Normalised images of coarse and fine noise, by no means alike."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(_NOISE, 3, 6, 3, generator=generator)
    fine = torch.randn(_NOISE, 3, *size, generator=generator)
    return interpolate(coarse, size=size, mode="bilinear") + 0.5 * fine


def natural_pictures(count: int, size: tuple[int, int]) -> UInt8[Array, "n height width 3"]:
    """Pictures of waves, as strong in every octave as in the others, as in photographs (Field, 1987).

    The same on every machine but for a rounding here and there: they are made of raw random bits, whose
    stream NumPy promises to keep, and never resized.

    Args:
        size: (height, width).
    """
    height, width = size
    rows, columns = np.mgrid[0 : 1 : height * 1j, 0 : width / height : width * 1j]
    pictures = np.empty((count, height, width, 3), dtype=np.uint8)
    for number in range(count):
        draws = random_fractions(100 + number, _WAVES * 6).reshape(_WAVES, 6)
        light = np.zeros((height, width, 3))
        for scale, angle, phase, *colour in draws:
            frequency = 0.5 * 64**scale  # half a wave to 32 in the height of a picture
            along = rows * np.sin(np.pi * angle) + columns * np.cos(np.pi * angle)
            wave = np.sin(2 * np.pi * (frequency * along + phase))
            light += wave[..., None] * (0.5 + np.array(colour))
        pictures[number] = np.clip(128 + 60 * light / light.std(), 0, 255).round()
    return pictures


def random_fractions(seed: int, count: int) -> Float[Array, " n"]:
    """Numbers in [0, 1), the same for ever."""
    return np.random.PCG64(seed).random_raw(count) / 2.0**64
