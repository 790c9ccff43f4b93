"""What an attribute schema is: names, words, groups, and the parts of the body where each is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from attrimeter.errors import SchemaError

BODY_PARTS: tuple[str, ...] = (
    "face",
    "hair",
    "hat",
    "torso",
    "arms",
    "thighs",
    "shins",
    "shoes",
    "backpack",
    "bag",
    "handbag",
)
"""The parts that an attribute can lie on; label ``i + 1`` of a part mask means ``BODY_PARTS[i]``."""

OCCLUDER_LABEL = len(BODY_PARTS) + 1
"""The label of a part mask for whatever stands in front of the person; 0 is the background."""

PART_BANDS: Mapping[str, tuple[float, float]] = {
    "face": (0.0, 0.25),
    "hair": (0.0, 0.3),
    "hat": (0.0, 0.2),
    "torso": (0.15, 0.55),
    "arms": (0.15, 0.6),
    "thighs": (0.45, 0.75),
    "shins": (0.65, 0.95),
    "shoes": (0.85, 1.0),
    "backpack": (0.15, 0.55),
    "bag": (0.2, 0.65),
    "handbag": (0.35, 0.75),
}
"""Where each part is usually found in an upright person crop, as fractions of its height."""


@dataclass(frozen=True)
class Attribute:
    """One binary attribute.

    Attributes:
        name: what a person calls it, unique in the schema ("upper red").
        field: its name in the annotation file ("upred").
        group: the question that it helps to answer ("upper colour"); an attribute that stands alone is
            a group of its own, with the same name.
        parts: the body parts where it is seen, a subset of :data:`BODY_PARTS`.
        negative: what coding 1 means, in words ("short hair").
        positive: what coding 2 means, in words ("long hair").
    """

    name: str
    field: str
    group: str
    parts: tuple[str, ...]
    negative: str
    positive: str


@dataclass(frozen=True)
class AttributeSchema:
    """The attributes that a data set annotates, in a fixed order.

    Groups of several attributes are mutually exclusive: at most one of them is positive.

    Raises:
        SchemaError: no attributes, a repeated name or field, an unknown body part, or a group whose name
            is also the name of an attribute of another group.
    """

    name: str
    attributes: tuple[Attribute, ...]

    def __post_init__(self) -> None:
        if not self.attributes:
            raise SchemaError(f"The schema {self.name!r} has no attributes; list at least one.")
        for kind, values in (("name", self.names), ("field", self.fields)):
            repeated = sorted({value for value in values if values.count(value) > 1})
            if repeated:
                raise SchemaError(f"The schema {self.name!r} uses the {kind} {repeated[0]!r} twice.")
        for attribute in self.attributes:
            self._check_attribute(attribute)

    def _check_attribute(self, attribute: Attribute) -> None:
        unknown = [part for part in attribute.parts if part not in BODY_PARTS]
        if unknown or not attribute.parts:
            given = repr(unknown[0]) if unknown else "no part"
            raise SchemaError(
                f"Attribute {attribute.name!r} of schema {self.name!r} lies on {given}; "
                f"choose from {', '.join(BODY_PARTS)}."
            )
        if "other" in (attribute.name, attribute.group):
            raise SchemaError(f"Schema {self.name!r}: 'other' is reserved; give the attribute another name.")
        clash = [a for a in self.attributes if a.name == attribute.group and a.group != attribute.group]
        if clash or (attribute.name == attribute.group and len(self.groups[attribute.group]) > 1):
            raise SchemaError(
                f"Schema {self.name!r}: {attribute.group!r} names both an attribute and a group of others."
            )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The K attribute names, in order."""
        return tuple(attribute.name for attribute in self.attributes)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The K field names of the annotation file, in the same order."""
        return tuple(attribute.field for attribute in self.attributes)

    @cached_property
    def groups(self) -> dict[str, tuple[int, ...]]:
        """Group name -> indexes of its attributes, in order of first appearance."""
        found: dict[str, list[int]] = {}
        for index, attribute in enumerate(self.attributes):
            found.setdefault(attribute.group, []).append(index)
        return {group: tuple(indexes) for group, indexes in found.items()}

    @cached_property
    def group_index(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Length-K array: the position in :attr:`groups` of each attribute's group."""
        order = {group: index for index, group in enumerate(self.groups)}
        return np.array([order[attribute.group] for attribute in self.attributes], dtype=np.int64)

    def __len__(self) -> int:
        return len(self.attributes)

    def index(self, name: str) -> int:
        """The position of the attribute called ``name``. Raises SchemaError if there is none."""
        try:
            return self.names.index(name)
        except ValueError:
            raise SchemaError(f"The schema {self.name!r} has no attribute {name!r}.") from None
