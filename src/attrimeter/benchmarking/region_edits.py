"""Editing the second picture of a pair towards the first, in the region of one attribute group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

from attrimeter.arrays import Array
from attrimeter.benchmarking.edit_region import find_region, group_band, move_region
from attrimeter.benchmarking.real_pairs import RECOLOURED
from attrimeter.interpreter import ImageReading, Interpreter
from attrimeter.pixels.infilling import fill_region
from attrimeter.pixels.recolouring import recolour_region, region_colour

Pictures = Sequence[UInt8[Array, "height width 3"]]


@dataclass(frozen=True)
class EditedPictures:
    """The second picture of every pair in two edited forms.

    Attributes:
        in_place: with its region of the group edited towards the first picture.
        elsewhere: with the same edit at a random place.
    """

    in_place: Pictures
    elsewhere: Pictures


def edit_towards_first(
    locator: Interpreter, first: Pictures, second: Pictures, group: str, *, rng: np.random.Generator
) -> EditedPictures:
    """Recolour the group's region to the colour of the same region in the first picture, or paint it over.

    Args:
        locator: whose maps say where the group is seen.
        first, second: n pictures each; at least one.
        group: a colour of :data:`RECOLOURED` is recoloured, any other is painted over.
        rng: of the random places.

    Raises:
        ImageError: a picture that the locator cannot read.
    """
    goals: Sequence[Float[Array, " lab"] | None] = [None] * len(first)
    if group in RECOLOURED:
        places = locate_group(locator, first, group)
        goals = [region_colour(picture, place) for picture, place in zip(first, places, strict=True)]
    in_place, elsewhere = [], []
    for picture, place, goal in zip(second, locate_group(locator, second, group), goals, strict=True):
        in_place.append(_edit_region(picture, place, goal))
        elsewhere.append(_edit_region(picture, move_region(place, rng), goal))
    return EditedPictures(in_place, elsewhere)


def locate_group(locator: Interpreter, pictures: Pictures, group: str) -> list[Float[Array, "height width"]]:
    """The region of the group in every picture, by the sum of the maps of the group's attributes."""
    reading: ImageReading = locator.read_images(pictures)
    maps = reading.maps[:, list(locator.schema.groups[group])].sum(dim=1)
    band = group_band(locator.schema, group)
    return [
        find_region(attention, size=picture.shape[:2], band=band)
        for attention, picture in zip(maps, pictures, strict=True)
    ]


def _edit_region(
    picture: UInt8[Array, "height width 3"],
    place: Float[Array, "height width"],
    goal: Float[Array, " lab"] | None,
) -> UInt8[Array, "height width 3"]:
    return fill_region(picture, place) if goal is None else recolour_region(picture, place, goal)
