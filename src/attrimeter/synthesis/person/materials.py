"""The colour of each surface sample: base colours per material, patterns of cloth, hair and face.

Everything is a function of the rest-pose body point, so that patterns stay on the cloth in every pose and
view; each part of the specification colours its own material only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Float32, Int64

from attrimeter.synthesis.palette import to_linear
from attrimeter.synthesis.person.primitives import PART_LABELS, Material, PrimitiveTable
from attrimeter.synthesis.specification import PersonSpecification

_Array = np.ndarray[Any, np.dtype[np.float32]]
_Mask = np.ndarray[Any, np.dtype[np.bool_]]

_FOLD_WAVES = 3
_FOLD_DEPTH = 0.055


def base_colours(person: PersonSpecification, table: PrimitiveTable) -> Float32[np.ndarray, "n 3"]:
    """The plain linear colour of every primitive."""
    plain = {
        Material.SKIN: person.other.skin,
        Material.FACE: person.other.skin,
        Material.HAIR: person.hair.colour,
        Material.UPPER: person.upper_colour.colour,
        Material.LOWER: person.lower_colour.colour,
        Material.SHOE: person.other.shoe,
    }
    by_material = np.zeros((len(Material), 3), dtype=np.float32)
    trim_by_part = np.zeros((len(PART_LABELS) + 1, 3), dtype=np.float32)
    for material, colour in plain.items():
        by_material[material] = to_linear(colour)
    for part, material, item in (
        ("hat", Material.HAT, person.hat),
        ("backpack", Material.BACKPACK, person.backpack),
        ("bag", Material.BAG, person.bag),
        ("handbag", Material.HANDBAG, person.handbag),
    ):
        if item is not None:
            by_material[material] = to_linear(item.colour)
            trim_by_part[PART_LABELS[part]] = to_linear(item.second)
    trimmed = (table.materials == Material.TRIM)[:, None]
    colours = np.where(trimmed, trim_by_part[table.parts], by_material[table.materials])
    toned: _Array = colours * table.tones[:, None].astype(np.float32)
    return toned


def paint_samples(
    person: PersonSpecification,
    materials: Int64[np.ndarray, " n"],
    colours: Float32[np.ndarray, "3 n"],
    rest: Float32[np.ndarray, "3 n"],
) -> None:
    """Add patterns, folds, strands and features to the base colours, in place.

    ``rest`` holds the rest-pose points (u, v, w) of the samples.
    """
    painters: tuple[tuple[Material, Callable[[PersonSpecification, _Array, _Array], None]], ...] = (
        (Material.UPPER, _paint_upper),
        (Material.LOWER, _paint_lower),
        (Material.HAIR, _paint_hair),
        (Material.FACE, _paint_face),
        (Material.SHOE, _paint_shoe),
        (Material.BACKPACK, _paint_backpack),
    )
    for material, painter in painters:
        where = np.flatnonzero(materials == material)
        if len(where):
            part = colours[:, where]
            painter(person, part, rest[:, where])
            colours[:, where] = part


def _paint_upper(person: PersonSpecification, colours: _Array, rest: _Array) -> None:
    cloth = person.upper_colour
    pattern = UPPER_PATTERN_MASKS.get(cloth.pattern)
    if pattern is not None:
        _cover(colours, cloth.second, pattern(rest, cloth.scale))
    colours *= _folds(cloth.seed, rest)
    if cloth.pattern not in ("open", "zip"):
        _cover(colours, person.other.skin, _neckline(rest, cloth.scale))


def _paint_lower(person: PersonSpecification, colours: _Array, rest: _Array) -> None:
    cloth = person.lower_colour
    if cloth.pattern == "denim":
        u, v, w = rest
        fade = np.maximum(0, 1 - ((v - 0.68) / 0.2) ** 2) * (w > 0)
        colours *= 1 + 0.35 * fade
        colours *= 1 - 0.4 * (np.abs(np.abs(u) - 0.15) < 0.004)
    pattern = LOWER_PATTERN_MASKS.get(cloth.pattern)
    if pattern is not None:
        _cover(colours, cloth.second, pattern(rest, cloth.scale))
    colours *= _folds(cloth.seed, rest)


def _paint_hair(person: PersonSpecification, colours: _Array, rest: _Array) -> None:
    u, v, w = rest
    strands = np.sin(90 * u + 25 * v) + np.sin(140 * w - 60 * u)
    colours *= 1 + 0.16 * strands
    colours += 0.010 * np.maximum(0, strands)


def _paint_face(person: PersonSpecification, colours: _Array, rest: _Array) -> None:
    u, v, w = rest
    front = w > 0.03
    side = np.abs(u)
    skin, female = np.array(person.other.skin), person.gender.female
    if person.gender.beard > 0:
        jaw = (v < 1.597) & (w > -0.01) & ~_ellipse(u, v, 1.578, 0.020, 0.006)
        colours *= np.where(jaw, 1 - 0.75 * person.gender.beard, 1).astype(np.float32)
    lips = (0.85, 0.42, 0.45) if female else (0.72, 0.50, 0.48)
    _cover(colours, skin * lips, front & _ellipse(u, v, 1.576, 0.023, 0.007))
    _cover(colours, skin * 0.38, front & _ellipse(side - 0.033, v, EYEBROW_HEIGHT, 0.020, 0.0055))
    _cover(colours, (196, 186, 178), front & _ellipse(side - 0.032, v, EYE_HEIGHT, 0.014, 0.0065))
    _cover(colours, (28, 22, 20), front & _ellipse(side - 0.031, v, EYE_HEIGHT, 0.010, 0.0095))
    if person.other.glasses:
        rim = _ellipse(side - 0.034, v, EYE_HEIGHT, 0.027, 0.021)
        rim &= ~_ellipse(side - 0.034, v, EYE_HEIGHT, 0.020, 0.014)
        rim |= (np.abs(v - EYE_HEIGHT - 0.004) < 0.004) & (side > 0.058)
        _cover(colours, (24, 24, 28), rim & (w > -0.01))


EYE_HEIGHT = 1.631
EYEBROW_HEIGHT = 1.652


def _paint_shoe(person: PersonSpecification, colours: _Array, rest: _Array) -> None:
    _, v, w = rest
    _cover(colours, person.other.sole, v < (0.026 if person.other.shoe_style == "trainer" else 0.014))
    if person.other.shoe_style == "trainer":
        slant = w + 0.5 * v
        _cover(colours, person.other.sole, (np.abs(slant - 0.055) < 0.009) & (v < 0.06))


def _paint_backpack(person: PersonSpecification, colours: _Array, rest: _Array) -> None:
    u, v, w = rest
    seam = (np.abs(v - 1.255) < 0.006) & (w < -0.1)
    seam |= (np.abs(np.abs(u) - 0.1) < 0.004) & (v > 1.255) & (w < -0.1)
    colours *= np.where(seam, 0.45, 1).astype(np.float32)
    if person.backpack is not None:
        badge = (np.abs(u) < 0.026) & (np.abs(v - 1.315) < 0.014) & (w < -0.15)
        _cover(colours, person.backpack.second, badge)


def _cover(colours: _Array, colour: Any, where: _Mask | _Array) -> None:
    if where.dtype != np.bool_:
        colours += (to_linear(colour)[:, None] - colours) * where
    elif where.any():
        colours[:, where] = to_linear(colour)[:, None]


def _ellipse(x: _Array, y: _Array, centre: float, width: float, height: float) -> _Mask:
    inside: _Mask = (x / width) ** 2 + ((y - centre) / height) ** 2 < 1
    return inside


def _neckline(rest: _Array, scale: float) -> _Mask:
    u, v, w = rest
    inside: _Mask = _ellipse(u, v, 1.492, 0.066, 0.048 + 0.024 * scale) & (w > 0)
    return inside


@lru_cache(maxsize=1024)
def _fold_waves(seed: int) -> tuple[tuple[float, float, float, float], ...]:
    rng = np.random.Generator(np.random.PCG64(seed))
    waves = []
    for _ in range(_FOLD_WAVES):
        a, b, c, d = (2 * rng.random() - 1 for _ in range(4))
        waves.append((18 * a, 34 + 26 * b, 18 * c, 3.14159265 * d))
    return tuple(waves)


def _folds(seed: int, rest: _Array) -> _Array:
    """Soft light and dark bands across the cloth, drawn from the garment's own seed."""
    u, v, w = rest
    total = np.zeros_like(u)
    for a, b, c, d in _fold_waves(seed):
        total += np.sin(a * u + b * v + c * w + d)
    brightness: _Array = 1 + np.float32(_FOLD_DEPTH) * total
    return brightness


def _fraction(values: _Array, period: float) -> _Array:
    scaled = values * np.float32(1 / period)
    result: _Array = scaled - np.floor(scaled)
    return result


def _stripes(rest: _Array, scale: float) -> _Mask:
    mask: _Mask = _fraction(rest[1], 0.068 * scale) < 0.38
    return mask


def _pinstripes(rest: _Array, scale: float) -> _Mask:
    mask: _Mask = _fraction(rest[0], 0.040 * scale) < 0.25
    return mask


def _check(rest: _Array, scale: float) -> _Array:
    across = _fraction(rest[0] + rest[2], 0.070 * scale) < 0.34
    along = _fraction(rest[1], 0.070 * scale) < 0.34
    return (0.42 * (across.astype(np.float32) + along)).astype(np.float32)


def _print(rest: _Array, scale: float) -> _Mask:
    u, v, w = rest
    size = 0.5 + 0.5 * scale
    shape = _ellipse(u, v, 1.275, 0.082 * size, 0.070 * size)
    hole = _ellipse(u, v, 1.275, 0.055 * size, 0.046 * size) & ~(np.abs(v - 1.275) < 0.014)
    inside: _Mask = shape & ~hole & (w > 0.02)
    return inside


def _block(rest: _Array, scale: float) -> _Mask:
    v = rest[1]
    mask: _Mask = (v > 1.48 - 0.13 * scale) | (np.abs(v - (1.42 - 0.13 * scale)) < 0.012)
    return mask


def _open(rest: _Array, scale: float) -> _Mask:
    u, v, w = rest
    mask: _Mask = (np.abs(u) < 0.022 + 0.10 * scale * np.maximum(0, v - 1.12)) & (w > 0)
    return mask


def _zip(rest: _Array, scale: float) -> _Mask:
    u, v, w = rest
    collar = (v > 1.462) & (np.abs(u) < 0.09)
    mask: _Mask = ((np.abs(u) < 0.008 * scale) & (w > 0)) | collar
    return mask


def _side_stripe(rest: _Array, scale: float) -> _Mask:
    mask: _Mask = (np.abs(rest[2] + 0.004) < 0.016 * scale) & (np.abs(rest[0]) > 0.11)
    return mask


def _dots(rest: _Array, scale: float) -> _Mask:
    u, v, w = rest
    across, along = _fraction(u + w, 0.052 * scale) - 0.5, _fraction(v, 0.052 * scale) - 0.5
    mask: _Mask = across * across + along * along < 0.07
    return mask


UPPER_PATTERN_MASKS: Mapping[str, Callable[[_Array, float], Any]] = {
    "stripes": _stripes,
    "pinstripes": _pinstripes,
    "check": _check,
    "print": _print,
    "block": _block,
    "open": _open,
    "zip": _zip,
}
LOWER_PATTERN_MASKS: Mapping[str, Callable[[_Array, float], Any]] = {
    "side stripe": _side_stripe,
    "check": _check,
    "dots": _dots,
}
