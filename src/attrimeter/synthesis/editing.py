"""A person by attributes: its labels, and exchanging one group, the edit that ground truth is measured by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from jaxtyping import Int8

from attrimeter.errors import SettingsError
from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis.specification import PersonSpecification

GROUP_FIELDS: Mapping[str, str] = {
    "hat": "hat",
    "hair": "hair",
    "upper colour": "upper_colour",
    "sleeve": "sleeve",
    "lower colour": "lower_colour",
    "length": "length",
    "type": "type",
    "backpack": "backpack",
    "bag": "bag",
    "handbag": "handbag",
    "gender": "gender",
}
"""Attribute group of the Market-1501 schema -> the field of :class:`PersonSpecification` that holds it."""

OTHER_GROUP = "other"
"""The group of all that no attribute names (skin, shoes, glasses)."""


def edit_group(person: PersonSpecification, source: PersonSpecification, group: str) -> PersonSpecification:
    """The person with that attribute group taken from ``source``, and nothing else changed.

    Edits of different groups commute. Taking every group of :data:`GROUP_FIELDS` and :data:`OTHER_GROUP`
    gives ``source`` itself.

    Raises:
        SettingsError: there is no such group.
    """
    field = OTHER_GROUP if group == OTHER_GROUP else GROUP_FIELDS.get(group)
    if field is None:
        known = ", ".join([*GROUP_FIELDS, OTHER_GROUP])
        raise SettingsError(f"There is no attribute group {group!r} to edit; choose from {known}.")
    return replace(person, **{field: getattr(source, field)})


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
