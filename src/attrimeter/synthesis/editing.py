"""Exchanging one attribute group between two persons: the edits that ground truth is measured by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from attrimeter.errors import SettingsError
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
