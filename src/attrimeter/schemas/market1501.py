"""The attributes of Market-1501 (Lin et al., "Improving Person Re-identification by Attribute and
Identity Learning", 2019): 26 binary ones; the four-valued age is kept apart."""

from __future__ import annotations

from attrimeter.schemas.schema import Attribute, AttributeSchema

UPPER_COLOURS = ("black", "white", "red", "purple", "yellow", "gray", "blue", "green")
LOWER_COLOURS = ("black", "white", "pink", "purple", "yellow", "gray", "blue", "green", "brown")
AGE_FIELD = "age"

_SINGLE = (
    Attribute("gender", "gender", "gender", ("face", "torso"), "male", "female"),
    Attribute("hair", "hair", "hair", ("hair",), "short hair", "long hair"),
    Attribute("sleeve", "up", "sleeve", ("arms",), "long sleeves", "short sleeves"),
    Attribute("length", "down", "length", ("shins",), "long bottoms", "short bottoms"),
    Attribute("type", "clothes", "type", ("thighs",), "dress or skirt", "trousers"),
    Attribute("hat", "hat", "hat", ("hat",), "no hat", "hat"),
    Attribute("backpack", "backpack", "backpack", ("backpack",), "no backpack", "backpack"),
    Attribute("bag", "bag", "bag", ("bag",), "no bag", "bag"),
    Attribute("handbag", "handbag", "handbag", ("handbag",), "no handbag", "handbag"),
)


def colour_attributes(
    half: str, prefix: str, colours: tuple[str, ...], parts: tuple[str, ...]
) -> tuple[Attribute, ...]:
    """One attribute per named colour of the upper or lower body; together they are one group."""
    return tuple(
        Attribute(
            name=f"{half} {colour}",
            field=f"{prefix}{colour}",
            group=f"{half} colour",
            parts=parts,
            negative=f"{half} body not {colour}",
            positive=f"{colour} {half} body",
        )
        for colour in colours
    )


MARKET1501 = AttributeSchema(
    name="market1501",
    attributes=(
        *_SINGLE,
        *colour_attributes("upper", "up", UPPER_COLOURS, ("torso", "arms")),
        *colour_attributes("lower", "down", LOWER_COLOURS, ("thighs", "shins")),
    ),
)
