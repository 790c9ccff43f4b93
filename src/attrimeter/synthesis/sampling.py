"""Drawing persons at random, with attribute frequencies and correlations about as in Market-1501."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from attrimeter.synthesis import specification as spec
from attrimeter.synthesis.palette import (
    ACCESSORY_FREQUENCIES,
    HAIR_COLOURS,
    SHOE_FREQUENCIES,
    SKIN_COLOURS,
    choose,
    sample_shade,
    vary_colour,
)
from attrimeter.synthesis.scenes import STANDARD, Scene, find_scene
from attrimeter.synthesis.specification import PersonSpecification

AGE_FREQUENCIES = {"1": 0.01, "2": 0.13, "3": 0.83, "4": 0.03}
UPPER_PATTERN_FREQUENCIES = {
    "plain": 0.34,
    "print": 0.2,
    "stripes": 0.12,
    "check": 0.08,
    "pinstripes": 0.05,
    "block": 0.08,
    "open": 0.07,
    "zip": 0.06,
}
LOWER_PATTERN_FREQUENCIES = {"plain": 0.5, "denim": 0.3, "side stripe": 0.1, "check": 0.05, "dots": 0.05}
SHOE_STYLE_FREQUENCIES = {"trainer": 0.65, "flat": 0.25, "boot": 0.1}


def sample_person(rng: np.random.Generator | int, *, scene: str = STANDARD) -> PersonSpecification:
    """Draw a person from a generator, or from an integer seed, dressed and built as in that scene.

    About 43 % are female; long hair and skirts go with that (males practically never wear a skirt).
    Persons with the same labels still differ in shade, pattern, cut, build, skin and shoes.
    Raises SettingsError if there is no such scene.
    """
    style = find_scene(scene)
    if not isinstance(rng, np.random.Generator):
        rng = np.random.Generator(np.random.PCG64(rng))
    female = rng.random() < 0.43
    skirt = rng.random() < (0.34 if female else 0.002)
    short = rng.random() < (0.75 if skirt else 0.57)
    return PersonSpecification(
        gender=_build(rng, female, style.breadth),
        hair=_hair(rng, long=rng.random() < (0.72 if female else 0.03)),
        upper_colour=_cloth(rng, style, style.upper, UPPER_PATTERN_FREQUENCIES),
        lower_colour=_cloth(rng, style, style.lower, LOWER_PATTERN_FREQUENCIES),
        sleeve=_sleeves(rng, short=rng.random() < 0.75),
        length=_length(rng, short=short),
        type=spec.LowerType(skirt=skirt, ease=_between(rng, 0, 1)),
        hat=_hat(rng, style) if rng.random() < 0.08 else None,
        backpack=_backpack(rng, style) if rng.random() < 0.27 else None,
        bag=_bag(rng, style) if rng.random() < 0.25 else None,
        handbag=_handbag(rng, style) if rng.random() < 0.12 else None,
        other=_other_traits(rng, style),
    )


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    return round(low + (high - low) * rng.random(), 4)


def _pick(rng: np.random.Generator, values: tuple[str, ...]) -> str:
    return values[int(rng.integers(len(values)))]


def _side(rng: np.random.Generator) -> int:
    return 1 if rng.random() < 0.5 else -1


def _cloth(
    rng: np.random.Generator, scene: Scene, colours: Mapping[str, float], patterns: Mapping[str, float]
) -> spec.Cloth:
    name = choose(rng, colours)
    colour = sample_shade(rng, name, scene.palette)
    return spec.Cloth(
        name=name,
        colour=colour,
        second=_contrast(rng, scene, colour),
        pattern=choose(rng, patterns),
        scale=_between(rng, 0.75, 1.4),
        seed=int(rng.integers(2**31)),
    )


def _contrast(rng: np.random.Generator, scene: Scene, colour: spec.Colour) -> spec.Colour:
    """A shade that stands out from the main one without changing what the garment is called."""
    other = sample_shade(rng, choose(rng, scene.upper), scene.palette)
    if sum(abs(a - b) for a, b in zip(colour, other, strict=True)) > 150:
        return other
    return (235, 235, 232) if sum(colour) < 400 else (38, 38, 44)


def _build(rng: np.random.Generator, female: bool, breadth: tuple[float, float]) -> spec.Build:
    build = _usual_build(rng, female)
    if breadth == (1.0, 1.0):
        return build
    factor = _between(rng, *breadth)
    widths = ("shoulder", "chest", "waist", "hip", "bust", "limb")
    return replace(build, **{width: round(factor * getattr(build, width), 4) for width in widths})


def _usual_build(rng: np.random.Generator, female: bool) -> spec.Build:
    stout = rng.random() * rng.random()
    if female:
        return spec.Build(
            female=True,
            shoulder=_between(rng, 0.158, 0.172),
            chest=_between(rng, 0.132, 0.142) + round(0.02 * stout, 4),
            waist=_between(rng, 0.108, 0.120) + round(0.045 * stout, 4),
            hip=_between(rng, 0.152, 0.170) + round(0.025 * stout, 4),
            bust=_between(rng, 0.045, 0.07),
            limb=_between(rng, 0.82, 0.93) + round(0.12 * stout, 4),
            beard=0.0,
        )
    return spec.Build(
        female=False,
        shoulder=_between(rng, 0.184, 0.204),
        chest=_between(rng, 0.152, 0.166) + round(0.02 * stout, 4),
        waist=_between(rng, 0.132, 0.146) + round(0.05 * stout, 4),
        hip=_between(rng, 0.142, 0.154) + round(0.02 * stout, 4),
        bust=0.0,
        limb=_between(rng, 0.96, 1.08) + round(0.12 * stout, 4),
        beard=_between(rng, 0.4, 1.0) if rng.random() < 0.25 else 0.0,
    )


def _hair(rng: np.random.Generator, *, long: bool) -> spec.Hair:
    if long:
        style = "loose" if rng.random() < 0.8 else "ponytail"
    else:
        style = "crop" if rng.random() < 0.5 else "full"
    last = len(HAIR_COLOURS)
    index = min(int(rng.random() * rng.random() * last * 1.3), last - 1)
    return spec.Hair(
        long=long,
        style=style,
        colour=vary_colour(rng, HAIR_COLOURS[index], 0.2),
        volume=_between(rng, 1.0, 1.1),
        length=_between(rng, 0.24, 0.42),
    )


def _sleeves(rng: np.random.Generator, *, short: bool) -> spec.Sleeves:
    if short:
        return spec.Sleeves(short=True, hem=_between(rng, 1.2, 1.29), ease=_between(rng, 0.010, 0.018))
    return spec.Sleeves(short=False, hem=_between(rng, 0.885, 0.91), ease=_between(rng, 0.008, 0.018))


def _length(rng: np.random.Generator, *, short: bool) -> spec.LowerLength:
    return spec.LowerLength(short, _between(rng, 0.52, 0.66) if short else _between(rng, 0.065, 0.12))


def _accessory(rng: np.random.Generator, scene: Scene) -> tuple[spec.Colour, spec.Colour]:
    colour = sample_shade(rng, choose(rng, ACCESSORY_FREQUENCIES), scene.palette)
    return colour, vary_colour(rng, _contrast(rng, scene, colour), 0.3)


def _hat(rng: np.random.Generator, scene: Scene) -> spec.Hat:
    style = _pick(rng, spec.HAT_STYLES)
    colour, second = _accessory(rng, scene)
    return spec.Hat(style, colour, second)


def _backpack(rng: np.random.Generator, scene: Scene) -> spec.Backpack:
    colour, second = _accessory(rng, scene)
    return spec.Backpack(colour, second, size=_between(rng, 0.88, 1.12))


def _bag(rng: np.random.Generator, scene: Scene) -> spec.Bag:
    colour, second = _accessory(rng, scene)
    strap = "cross" if rng.random() < 0.65 else "shoulder"
    return spec.Bag(colour, second, strap, side=_side(rng), size=_between(rng, 0.85, 1.2))


def _handbag(rng: np.random.Generator, scene: Scene) -> spec.Handbag:
    colour, second = _accessory(rng, scene)
    style = _pick(rng, spec.HANDBAG_STYLES)
    return spec.Handbag(colour, second, style, side=_side(rng), size=_between(rng, 0.85, 1.15))


def _other_traits(rng: np.random.Generator, scene: Scene) -> spec.OtherTraits:
    skin = SKIN_COLOURS[min(int(rng.random() * rng.random() * 7), len(SKIN_COLOURS) - 1)]
    return spec.OtherTraits(
        skin=vary_colour(rng, skin, 0.06),
        shoe=sample_shade(rng, choose(rng, SHOE_FREQUENCIES), scene.palette),
        sole=sample_shade(rng, "white" if rng.random() < 0.6 else "black", scene.palette),
        shoe_style=choose(rng, SHOE_STYLE_FREQUENCIES),
        glasses=rng.random() < 0.25,
        age=int(choose(rng, AGE_FREQUENCIES)),
    )
