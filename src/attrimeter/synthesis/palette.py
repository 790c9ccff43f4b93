"""Named clothing colours as ranges of hue, saturation and value, exact shades of them, and their light."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32

from attrimeter.synthesis.specification import Colour


@dataclass(frozen=True)
class ColourRange:
    """Hue in degrees (may run below 0), saturation and value in 0..1, each as (low, high)."""

    hue: tuple[float, float]
    saturation: tuple[float, float]
    value: tuple[float, float]


PALETTE: Mapping[str, ColourRange] = {
    "black": ColourRange((0, 360), (0.0, 0.15), (0.06, 0.16)),
    "white": ColourRange((0, 360), (0.0, 0.05), (0.86, 0.98)),
    "gray": ColourRange((0, 360), (0.0, 0.07), (0.38, 0.60)),
    "red": ColourRange((-10, 6), (0.75, 0.95), (0.55, 0.85)),
    "purple": ColourRange((266, 290), (0.45, 0.75), (0.38, 0.66)),
    "yellow": ColourRange((47, 57), (0.65, 0.95), (0.82, 0.97)),
    "blue": ColourRange((206, 230), (0.50, 0.88), (0.36, 0.80)),
    "green": ColourRange((95, 150), (0.45, 0.85), (0.32, 0.66)),
    "pink": ColourRange((325, 345), (0.35, 0.60), (0.82, 0.96)),
    "brown": ColourRange((16, 30), (0.45, 0.65), (0.28, 0.45)),
    "orange": ColourRange((18, 28), (0.80, 0.95), (0.85, 0.97)),
    "beige": ColourRange((34, 42), (0.20, 0.35), (0.70, 0.85)),
    "turquoise": ColourRange((172, 184), (0.50, 0.80), (0.55, 0.75)),
}
"""Colour name -> its range. The ranges of different names do not overlap."""

UPPER_FREQUENCIES: Mapping[str, float] = {
    "white": 0.27,
    "black": 0.17,
    "gray": 0.12,
    "red": 0.11,
    "green": 0.09,
    "blue": 0.08,
    "yellow": 0.06,
    "purple": 0.05,
    "orange": 0.02,
    "brown": 0.02,
    "turquoise": 0.01,
}
"""Share of persons by upper colour, about as in Market-1501."""

LOWER_FREQUENCIES: Mapping[str, float] = {
    "black": 0.36,
    "gray": 0.17,
    "blue": 0.18,
    "white": 0.08,
    "brown": 0.08,
    "pink": 0.03,
    "green": 0.03,
    "yellow": 0.02,
    "purple": 0.01,
    "beige": 0.03,
    "red": 0.01,
}
"""Share of persons by lower colour, about as in Market-1501."""

HAIR_COLOURS: tuple[Colour, ...] = (
    (22, 18, 17),
    (30, 24, 22),
    (44, 30, 24),
    (66, 44, 30),
    (96, 66, 40),
    (150, 116, 72),
    (128, 124, 120),
)
SKIN_COLOURS: tuple[Colour, ...] = (
    (228, 190, 165),
    (218, 174, 144),
    (206, 156, 122),
    (188, 138, 104),
    (146, 102, 74),
    (100, 68, 50),
)
ACCESSORY_FREQUENCIES: Mapping[str, float] = {
    "black": 0.4,
    "gray": 0.12,
    "blue": 0.12,
    "brown": 0.12,
    "red": 0.1,
    "white": 0.05,
    "green": 0.04,
    "pink": 0.03,
    "purple": 0.02,
}


SHOE_FREQUENCIES: Mapping[str, float] = {
    "black": 0.36,
    "white": 0.28,
    "gray": 0.13,
    "brown": 0.11,
    "blue": 0.05,
    "red": 0.04,
    "pink": 0.02,
    "green": 0.01,
}


def choose(rng: np.random.Generator, frequencies: Mapping[str, float]) -> str:
    """One name, with probability proportional to its frequency (one draw)."""
    threshold = rng.random() * sum(frequencies.values())
    for name, frequency in frequencies.items():
        threshold -= frequency
        if threshold < 0:
            return name
    return next(reversed(list(frequencies)))


def sample_shade(rng: np.random.Generator, name: str, palette: Mapping[str, ColourRange] = PALETTE) -> Colour:
    """An exact sRGB shade of the named colour, uniform in its range of the palette (three draws)."""
    span = palette[name]
    hue, saturation, value = (
        low + (high - low) * rng.random() for low, high in (span.hue, span.saturation, span.value)
    )
    red, green, blue = colorsys.hsv_to_rgb(hue / 360 % 1, saturation, value)
    return round(255 * red), round(255 * green), round(255 * blue)


def vary_colour(rng: np.random.Generator, colour: Colour, amount: float) -> Colour:
    """The colour, lighter or darker by up to the given fraction and slightly tinted (four draws)."""
    level = 1 + amount * (2 * rng.random() - 1)
    tints = [1 + amount / 4 * (2 * rng.random() - 1) for _ in colour]
    red, green, blue = (
        round(min(255.0, channel * level * tint)) for channel, tint in zip(colour, tints, strict=True)
    )
    return red, green, blue


def to_linear(colour: Sequence[float]) -> Float32[np.ndarray, " 3"]:
    """Linear light 0..1 of an sRGB colour 0..255, with a display exponent of exactly 2."""
    return (np.asarray(colour, dtype=np.float32) / np.float32(255)) ** 2
