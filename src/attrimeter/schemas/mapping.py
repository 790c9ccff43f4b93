"""Which attribute of one schema is which of another, and labels carried over from one to the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int8

from attrimeter.arrays import Array
from attrimeter.errors import SchemaError
from attrimeter.schemas.dukemtmc import DUKEMTMC
from attrimeter.schemas.market1501 import MARKET1501
from attrimeter.schemas.schema import Attribute, AttributeSchema

MARKET_AND_DUKE: tuple[str, ...] = (
    "gender",
    "hat",
    "backpack",
    "bag",
    "handbag",
    *(f"upper {colour}" for colour in ("black", "white", "red", "purple", "gray", "blue", "green")),
    *(f"lower {colour}" for colour in ("black", "white", "gray", "blue", "green", "brown")),
)
"""What Market-1501 and DukeMTMC-reID both annotate, under the same name and with the same polarity.

The rest has no counterpart. Of Duke: ``top`` (the length of the upper garment, which Market's *sleeve* is
not: that is the length of its sleeves), ``boots``, ``shoes``, upper brown and lower red. Of Market: hair,
sleeve, length and type (of the lower garment), upper yellow, and lower pink, purple and yellow.
"""


@dataclass(frozen=True)
class SchemaMapping:
    """Where the attributes of ``wanted`` are found in ``given``.

    Attributes:
        given: the schema that labels follow.
        wanted: the schema that they are carried over to.
        columns: for each attribute of ``wanted`` the position in ``given`` of the attribute that asks the
            same, or None.
    """

    given: AttributeSchema
    wanted: AttributeSchema
    columns: tuple[int | None, ...]

    @property
    def unmapped(self) -> tuple[str, ...]:
        """The attributes of ``wanted`` that ``given`` does not have."""
        names = zip(self.wanted.names, self.columns, strict=True)
        return tuple(name for name, column in names if column is None)


def map_schemas(given: AttributeSchema, wanted: AttributeSchema) -> SchemaMapping:
    """Which attribute of ``given`` is which of ``wanted``.

    Between Market-1501 and DukeMTMC-reID it is what :data:`MARKET_AND_DUKE` states. Other schemas meet in the
    attributes that have the same name and the same words for both states; all others stay unmapped, also
    those of the same name and opposite words.
    """
    if {given, wanted} == {MARKET1501, DUKEMTMC}:
        columns = tuple(given.index(name) if name in MARKET_AND_DUKE else None for name in wanted.names)
    else:
        places = {_meaning(attribute): place for place, attribute in enumerate(given.attributes)}
        columns = tuple(places.get(_meaning(attribute)) for attribute in wanted.attributes)
    return SchemaMapping(given, wanted, columns)


def carry_labels(labels: Int8[Array, "images given"], mapping: SchemaMapping) -> Int8[Array, "images wanted"]:
    """Labels of ``mapping.given`` in the columns of ``mapping.wanted``.

    An attribute that is not mapped is unknown (-1), with one exception. The attributes of a group (colours)
    exclude one another, in both schemas: where one is known to hold, the unknown others of its group do not
    (0). So, from Duke to Market: of a person whose upper body is red, *upper yellow* does not hold, although
    Duke has no yellow. A person in a colour that Market lacks (upper brown) has none of the shared colours;
    whether Market's annotators would have said yellow stays unknown, as it does of a person in none of
    Duke's colours: the word that one vocabulary lacks may be covered by a word that the other lacks.

    Args:
        labels: 1 positive, 0 negative, -1 unknown; may have no rows.

    Raises:
        SchemaError: another number of columns than ``mapping.given`` has attributes.
    """
    if labels.ndim != 2 or labels.shape[1] != len(mapping.given):
        raise SchemaError(
            f"Labels of schema {mapping.given.name!r} need {len(mapping.given)} columns; "
            f"got an array of shape {labels.shape}."
        )
    known = _exclude(labels, mapping.given)
    carried = np.full((len(labels), len(mapping.wanted)), -1, dtype=np.int8)
    for column, source in enumerate(mapping.columns):
        if source is not None:
            carried[:, column] = known[:, source]
    return _exclude(carried, mapping.wanted)


def _exclude(labels: Array, schema: AttributeSchema) -> Array:
    """The labels, where the unknown ones of a group with a positive one are negative."""
    closed = labels.copy()
    for members in schema.groups.values():
        columns = list(members)
        own = closed[:, columns]
        decided = (own == 1).any(axis=1, keepdims=True)
        closed[:, columns] = np.where(decided & (own == -1), np.int8(0), own)
    return closed


def _meaning(attribute: Attribute) -> tuple[str, str, str]:
    return attribute.name, attribute.negative, attribute.positive
