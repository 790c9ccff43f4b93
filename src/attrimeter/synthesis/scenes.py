"""Scenes: other clothes, other bodies and another light, for everything that is rendered.

A scene changes what persons and views are drawn at random (colours, how often each is worn, build, where the
light comes from) and how a view is lit and stored. "standard" is what everything else is about; another scene
is another domain: cameras, places, poses and what attributes mean stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from attrimeter.errors import SettingsError
from attrimeter.synthesis.palette import (
    LOWER_FREQUENCIES,
    PALETTE,
    UPPER_FREQUENCIES,
    ColourRange,
)

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Light:
    """What lights a picture.

    Attributes:
        sky: sRGB of the light from all around.
        ambient: strength of that light on persons; 1 is daylight.
        lamps: sRGB of the directed light, the sun or a lamp, for each camera in turn.
        elevation: middle and radius of the angles from which it comes, in degrees.
        strength: lowest and highest strength of it, 0 to 1; None leaves it to the cameras.
        exposure: factor on linear light.
        ground, wall: how far ground and wall are lit; 1 is daylight, which has no colour there.
        noise: factor on the noise of the sensors.
    """

    sky: Colour
    ambient: float
    lamps: tuple[Colour, ...]
    elevation: tuple[float, float]
    strength: tuple[float, float] | None
    exposure: float
    ground: float
    wall: float
    noise: float

    def lamp(self, camera: int) -> Colour:
        """sRGB of the directed light in that camera (numbered from 1)."""
        return self.lamps[(camera - 1) % len(self.lamps)]


@dataclass(frozen=True)
class Scene:
    """How persons dress and are built, and how they are lit.

    Attributes:
        palette: colour name -> its range; the names are those of the standard scene.
        upper, lower: share of persons by upper and lower colour.
        breadth: lowest and highest factor on a body's half widths and limbs. Pictures are crops as high as
            the person, so a short person is a broad one and a tall person a narrow one.
        light: what lights them.
    """

    palette: Mapping[str, ColourRange]
    upper: Mapping[str, float]
    lower: Mapping[str, float]
    breadth: tuple[float, float]
    light: Light


STANDARD, NIGHT = "standard", "night"

_NIGHT_PALETTE: Mapping[str, ColourRange] = {
    "black": ColourRange((0, 360), (0.0, 0.12), (0.03, 0.10)),
    "white": ColourRange((0, 360), (0.0, 0.08), (0.80, 0.92)),
    "gray": ColourRange((0, 360), (0.0, 0.09), (0.36, 0.52)),
    "red": ColourRange((-18, -2), (0.72, 0.92), (0.52, 0.78)),
    "purple": ColourRange((276, 300), (0.45, 0.70), (0.40, 0.60)),
    "yellow": ColourRange((52, 62), (0.52, 0.80), (0.76, 0.92)),
    "blue": ColourRange((216, 242), (0.52, 0.82), (0.42, 0.70)),
    "green": ColourRange((80, 130), (0.45, 0.75), (0.36, 0.58)),
    "pink": ColourRange((318, 334), (0.32, 0.52), (0.76, 0.92)),
    "brown": ColourRange((20, 34), (0.46, 0.62), (0.32, 0.46)),
    "orange": ColourRange((22, 32), (0.80, 0.95), (0.80, 0.92)),
    "beige": ColourRange((38, 48), (0.18, 0.32), (0.64, 0.80)),
    "turquoise": ColourRange((178, 192), (0.50, 0.78), (0.50, 0.70)),
}
_NIGHT_UPPER: Mapping[str, float] = {
    "black": 0.33,
    "gray": 0.16,
    "blue": 0.13,
    "white": 0.12,
    "green": 0.08,
    "red": 0.06,
    "purple": 0.04,
    "yellow": 0.03,
    "brown": 0.03,
    "orange": 0.01,
    "turquoise": 0.01,
}
_NIGHT_LOWER: Mapping[str, float] = {
    "black": 0.40,
    "blue": 0.24,
    "gray": 0.12,
    "brown": 0.06,
    "white": 0.04,
    "green": 0.04,
    "pink": 0.02,
    "yellow": 0.02,
    "purple": 0.02,
    "beige": 0.02,
    "red": 0.02,
}
_DAYLIGHT = Light(
    sky=(250, 252, 255),
    ambient=1.0,
    lamps=((255, 250, 240),),
    elevation=(50.0, 20.0),
    strength=None,
    exposure=1.0,
    ground=1.0,
    wall=1.0,
    noise=1.0,
)
_LAMPLIGHT = Light(
    sky=(196, 212, 255),
    ambient=0.36,
    lamps=(
        (255, 214, 160),
        (255, 228, 190),
        (255, 208, 150),
        (240, 246, 255),
        (232, 255, 228),
        (236, 250, 255),
    ),
    elevation=(66.0, 12.0),
    strength=(0.80, 1.0),
    exposure=0.58,
    ground=0.36,
    wall=0.11,
    noise=2.4,
)

SCENES: Mapping[str, Scene] = {
    STANDARD: Scene(PALETTE, UPPER_FREQUENCIES, LOWER_FREQUENCIES, (1.0, 1.0), _DAYLIGHT),
    NIGHT: Scene(_NIGHT_PALETTE, _NIGHT_UPPER, _NIGHT_LOWER, (0.86, 1.24), _LAMPLIGHT),
}
"""The scenes by name."""


def find_scene(name: str) -> Scene:
    """The scene of that name. Raises SettingsError if there is none."""
    if name not in SCENES:
        raise SettingsError(f"There is no scene {name!r}; choose {' or '.join(SCENES)}.")
    return SCENES[name]
