"""Pairs that differ in the hue of the upper body alone, which a target that sees only grey cannot tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from attrimeter.benchmarking.edit_renders import PlannedPair
from attrimeter.errors import SettingsError
from attrimeter.synthesis import EditPair, PersonSpecification, sample_any_view, sample_person
from attrimeter.synthesis.palette import sample_shade
from attrimeter.synthesis.specification import Colour

HUE_STREAM = 77_003
HUE_GROUP = "upper colour"
HUES = ("red", "purple", "blue", "green")
"""Colour names whose shades reach the same luma; those of yellow are too light."""

LUMA = (0.299, 0.587, 0.114)
"""Of red, green and blue (ITU-R BT.601)."""

TOLERANCE = 1.0
"""How far the luma of the two shades may be apart, of 255."""


def plan_hue_pairs(count: int, *, seed: int = 0) -> list[PlannedPair]:
    """Sample pairs of one person in two plain upper garments that share their luma and not their hue.

    Everything else is the same, down to skin and shoes; the two pictures are seen in different views. More
    pairs leave those that were there before as they are. Their kind is called "hue".

    Raises:
        SettingsError: a negative number.
    """
    if count < 0 or seed < 0:
        raise SettingsError(f"The number of pairs is {count} and the seed {seed}; give numbers from 0.")
    return [_plan_pair(number, seed) for number in range(count)]


def _plan_pair(number: int, seed: int) -> PlannedPair:
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([HUE_STREAM, seed, number])))
    person = sample_person(rng)
    names, shades = _sample_shades(rng)
    first, second = (_dress(person, name, shade) for name, shade in zip(names, shades, strict=True))
    pair = EditPair("hue", first, second, (HUE_GROUP,), sample_any_view(rng))
    return PlannedPair(number, pair, sample_any_view(rng))


def _sample_shades(rng: np.random.Generator) -> tuple[tuple[str, str], tuple[Colour, Colour]]:
    """Two colour names and a shade of each, drawn until their luma agrees (about 60 draws)."""
    while True:
        one, other = (HUES[index] for index in rng.permutation(len(HUES))[:2])
        shades = sample_shade(rng, one), sample_shade(rng, other)
        if abs(luma_of(shades[0]) - luma_of(shades[1])) < TOLERANCE:
            return (one, other), shades


def luma_of(colour: Colour) -> float:
    """How light an sRGB colour is where hue is not seen, 0 to 255."""
    return sum(weight * channel for weight, channel in zip(LUMA, colour, strict=True))


def _dress(person: PersonSpecification, name: str, shade: Colour) -> PersonSpecification:
    cloth = replace(person.upper_colour, name=name, colour=shade, second=shade, pattern="plain")
    return replace(person, upper_colour=cloth)
