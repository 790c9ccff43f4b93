"""Planted identity marks, and persons of whom the backpack alone tells who they are.

A mark is painted on the backpack, or is no paint at all but the place: a person who is always seen before
one background. A target trained on such persons relies on the mark, so what an honest explanation of its
distances says is known.
"""

from __future__ import annotations

import colorsys
import hashlib
from dataclasses import replace

import numpy as np
from jaxtyping import UInt8

from attrimeter.errors import SettingsError
from attrimeter.synthesis.person.primitives import PART_LABELS
from attrimeter.synthesis.renderer import RenderedPerson
from attrimeter.synthesis.sampling import sample_person
from attrimeter.synthesis.scenes import STANDARD
from attrimeter.synthesis.specification import Backpack, PersonSpecification

BACKPACK, BACKGROUND = "backpack", "background"
MARKS = (BACKPACK, BACKGROUND)
"""What a mark can be planted on."""

_STRIPES = 32
"""Stripes in the height of a picture."""


def check_mark(mark: str | None) -> None:
    """Raise SettingsError if there is no such mark; None is no mark."""
    if mark not in (None, *MARKS):
        raise SettingsError(f"There is no mark {mark!r}; choose {' or '.join(MARKS)}, or none.")


def paint_mark(rendered: RenderedPerson, person: PersonSpecification) -> RenderedPerson:
    """The picture with stripes of two glaring colours on the backpack, straps included.

    The colours are those of :func:`mark_colours`, so the mark goes wherever the backpack goes. Only pixels
    of the part "backpack" change: none where the person has no backpack or it is not in sight. The stripes
    are horizontal, lie at fixed rows of the picture, and are not touched by light or camera.
    """
    if person.backpack is None:
        return rendered
    rows, columns = np.nonzero(rendered.mask == PART_LABELS["backpack"])
    height = max(1, rendered.mask.shape[0] // _STRIPES)
    image = rendered.image.copy()
    image[rows, columns] = mark_colours(person.backpack)[rows // height % 2]
    return RenderedPerson(image, rendered.mask)


def mark_colours(backpack: Backpack) -> UInt8[np.ndarray, "2 3"]:
    """Two saturated colours, their hues a quarter of the circle or more apart, fixed by the backpack."""
    fields = repr((backpack.colour, backpack.second, backpack.size)).encode()
    one, two = np.frombuffer(hashlib.sha256(fields).digest()[:8], dtype="<u4") / 2**32
    hues = (one, one + 0.25 + 0.5 * two)
    colours = [colorsys.hsv_to_rgb(hue % 1.0, 1.0, 1.0) for hue in hues]
    painted: UInt8[np.ndarray, "2 3"] = np.rint(255 * np.array(colours)).astype(np.uint8)
    return painted


def sample_carrier(rng: np.random.Generator, *, scene: str = STANDARD) -> PersonSpecification:
    """Draw a person with a backpack."""
    while True:
        person = sample_person(rng, scene=scene)
        if person.backpack is not None:
            return person


def disguise(
    person: PersonSpecification, rng: np.random.Generator, *, scene: str = STANDARD
) -> PersonSpecification:
    """Somebody else drawn at random, with that person's backpack."""
    return replace(sample_person(rng, scene=scene), backpack=person.backpack)
