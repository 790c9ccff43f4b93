"""The Market-1501 labels of a rendered person, read off its specification."""

from __future__ import annotations

import numpy as np
from jaxtyping import Int8

from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis.specification import PersonSpecification


def labels_of(person: PersonSpecification) -> Int8[np.ndarray, " attr"]:
    """The 26 binary labels in the order of the Market-1501 schema (int8; 1 stands for coding 2).

    A cloth colour whose name the schema does not have leaves all colours of that group at 0.
    """
    single = {
        "gender": person.gender.female,
        "hair": person.hair.long,
        "sleeve": person.sleeve.short,
        "length": person.length.short,
        "type": not person.type.skirt,
        "hat": person.hat is not None,
        "backpack": person.backpack is not None,
        "bag": person.bag is not None,
        "handbag": person.handbag is not None,
    }
    colours = {f"upper {person.upper_colour.name}", f"lower {person.lower_colour.name}"}
    names = SCHEMAS["market1501"].names
    return np.array([single.get(name, name in colours) for name in names], dtype=np.int8)
