"""What a rendered person looks like, as plain frozen data: one part per attribute group, and the rest.

Every part holds all that its group needs (exact shade, pattern, texture seed, size), so that exchanging
one part edits one attribute group and nothing else. Lengths are metres on a body of 1.75 m.
"""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]
"""An sRGB colour, 0 to 255."""

UPPER_PATTERNS = ("plain", "stripes", "pinstripes", "check", "print", "block", "open", "zip")
LOWER_PATTERNS = ("plain", "denim", "side stripe", "check", "dots")
HAT_STYLES = ("cap", "beanie", "brim")
HAIR_STYLES = ("crop", "full", "loose", "ponytail")
BAG_STRAPS = ("cross", "shoulder")
HANDBAG_STYLES = ("tote", "carrier")
SHOE_STYLES = ("trainer", "flat", "boot")


@dataclass(frozen=True)
class Cloth:
    """The colour group of the upper or lower body.

    Attributes:
        name: the colour's name; a name outside the schema ("orange") means none of its colours.
        colour: the exact main shade.
        second: the shade of the pattern.
        pattern: one of UPPER_PATTERNS or LOWER_PATTERNS.
        scale: width of the pattern, 1 is usual.
        seed: what the folds are drawn from.
    """

    name: str
    colour: Colour
    second: Colour
    pattern: str
    scale: float
    seed: int


@dataclass(frozen=True)
class Hat:
    """A hat: its style (HAT_STYLES) and colours."""

    style: str
    colour: Colour
    second: Colour


@dataclass(frozen=True)
class Hair:
    """Hair: long or short, its style (HAIR_STYLES), colour, relative volume, and how far it hangs (m)."""

    long: bool
    style: str
    colour: Colour
    volume: float
    length: float


@dataclass(frozen=True)
class Sleeves:
    """Sleeves: short or long, the height at which they end (m) and how wide they are cut (m)."""

    short: bool
    hem: float
    ease: float


@dataclass(frozen=True)
class LowerLength:
    """Length of what covers the legs: short or long, and the height at which it ends (m)."""

    short: bool
    hem: float


@dataclass(frozen=True)
class LowerType:
    """Dress or skirt, or else trousers, and how wide they are cut (0 slim to 1 wide)."""

    skirt: bool
    ease: float


@dataclass(frozen=True)
class Backpack:
    """A backpack: colours and relative size."""

    colour: Colour
    second: Colour
    size: float


@dataclass(frozen=True)
class Bag:
    """A bag on a strap (BAG_STRAPS), on the person's left (+1) or right (-1) side."""

    colour: Colour
    second: Colour
    strap: str
    side: int
    size: float


@dataclass(frozen=True)
class Handbag:
    """A bag in the left (+1) or right (-1) hand, of a style (HANDBAG_STYLES)."""

    colour: Colour
    second: Colour
    style: str
    side: int
    size: float


@dataclass(frozen=True)
class Build:
    """Build and face (group "gender"): half widths (m), bust (m), limb girth (1 usual), beard (0 to 1)."""

    female: bool
    shoulder: float
    chest: float
    waist: float
    hip: float
    bust: float
    limb: float
    beard: float


@dataclass(frozen=True)
class OtherTraits:
    """What no attribute names: skin, shoes, glasses, and the age group 1 to 4 (not drawn)."""

    skin: Colour
    shoe: Colour
    sole: Colour
    shoe_style: str
    glasses: bool
    age: int


@dataclass(frozen=True)
class PersonSpecification:
    """Everything about a person that stays the same from one picture to the next.

    ``hat``, ``backpack``, ``bag`` and ``handbag`` are None where the person has none.
    """

    hat: Hat | None
    hair: Hair
    upper_colour: Cloth
    sleeve: Sleeves
    lower_colour: Cloth
    length: LowerLength
    type: LowerType
    backpack: Backpack | None
    bag: Bag | None
    handbag: Handbag | None
    gender: Build
    other: OtherTraits
