"""The 23 attributes of DukeMTMC-reID (Lin et al. 2019): 8 general ones, 8 upper and 7 lower colours."""

from __future__ import annotations

from attrimeter.schemas.market1501 import colour_attributes
from attrimeter.schemas.schema import Attribute, AttributeSchema

_SINGLE = (
    Attribute("backpack", "backpack", "backpack", ("backpack",), "no backpack", "backpack"),
    Attribute("bag", "bag", "bag", ("bag",), "no bag", "bag"),
    Attribute("handbag", "handbag", "handbag", ("handbag",), "no handbag", "handbag"),
    Attribute("boots", "boots", "boots", ("shins", "shoes"), "no boots", "boots"),
    Attribute("gender", "gender", "gender", ("face", "torso"), "male", "female"),
    Attribute("hat", "hat", "hat", ("hat",), "no hat", "hat"),
    Attribute("shoes", "shoes", "shoes", ("shoes",), "dark shoes", "light shoes"),
    Attribute("top", "top", "top", ("arms",), "short top", "long top"),
)

DUKEMTMC = AttributeSchema(
    name="dukemtmc",
    attributes=(
        *_SINGLE,
        *colour_attributes(
            "upper",
            "up",
            ("black", "white", "red", "purple", "gray", "blue", "green", "brown"),
            ("torso", "arms"),
        ),
        *colour_attributes(
            "lower", "down", ("black", "white", "red", "gray", "blue", "green", "brown"), ("thighs", "shins")
        ),
    ),
)
