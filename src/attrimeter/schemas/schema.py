"""What an attribute schema is: names, words, groups, and the parts of the body where each is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from unicodedata import category

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


MAX_ATTRIBUTES = 500
"""How many attributes a schema may have; published ones have some 20 to 100."""

MAX_TEXT = 200
"""How many characters a name, field, group or word of a schema may have."""

_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, lone surrogates, line and paragraph separators


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
        SchemaError: no attributes or more than :data:`MAX_ATTRIBUTES`; a name, field, group or word that is
            empty, longer than :data:`MAX_TEXT` characters or not printable; a repeated name or field; an
            unknown body part; or a group whose name is also the name of an attribute of another
            group.
    """

    name: str
    attributes: tuple[Attribute, ...]

    def __post_init__(self) -> None:
        _check_text("The schema", "name", self.name)
        check_count(f"The schema {self.name!r}", len(self.attributes))
        for attribute in self.attributes:
            _check_attribute(f"Attribute {attribute.name!r:.60} of schema {self.name!r}", attribute)
        for kind, values in (("name", self.names), ("field", self.fields)):
            repeated = sorted(value for value, times in Counter(values).items() if times > 1)
            if repeated:
                raise SchemaError(f"The schema {self.name!r} uses the {kind} {repeated[0]!r} twice.")
        self._check_groups()

    def _check_groups(self) -> None:
        group_of = {attribute.name: attribute.group for attribute in self.attributes}
        for group, members in self.groups.items():
            if group_of.get(group, group) != group or (group in group_of and len(members) > 1):
                raise SchemaError(
                    f"Schema {self.name!r}: {group!r} names both an attribute and a group of others."
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


def check_count(whose: str, count: int) -> None:
    """Raises SchemaError unless a schema can have ``count`` attributes."""
    if count == 0:
        raise SchemaError(f"{whose} has no attributes; list at least one.")
    if count > MAX_ATTRIBUTES:
        raise SchemaError(f"{whose} has {count:,} attributes and at most {MAX_ATTRIBUTES} are read.")


def _check_attribute(whose: str, attribute: Attribute) -> None:
    for key in ("name", "field", "group", "negative", "positive"):
        _check_text(whose, key, getattr(attribute, key))
    unknown = [part for part in attribute.parts if part not in BODY_PARTS]
    if unknown or not attribute.parts:
        given = f"{unknown[0]!r:.60}" if unknown else "no part"
        raise SchemaError(f"{whose} lies on {given}; choose from {', '.join(BODY_PARTS)}.")
    if "other" in (attribute.name, attribute.group):
        raise SchemaError(f"{whose}: 'other' is reserved; give the attribute another name.")


def _check_text(whose: str, key: str, value: Any) -> None:
    if not isinstance(value, str) or not value.strip():
        raise SchemaError(f"{whose} has no {key}; give it one of at least one letter.")
    if len(value) > MAX_TEXT:
        raise SchemaError(f"{whose} has a {key} of {len(value):,} characters; at most {MAX_TEXT} are read.")
    if any(category(letter) in _UNPRINTABLE for letter in value):
        raise SchemaError(
            f"{whose} has the {key} {value!r:.60}; line breaks and control characters cannot be shown."
        )
