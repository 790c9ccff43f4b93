"""What two images have in common or keep apart, as an auditor would name it: traits of a pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int8

from attrimeter.arrays import Array
from attrimeter.schemas import AttributeSchema

MISSED = 0.5
"""A difference is missed where it carries less than this part of what it carries on average."""


@dataclass(frozen=True)
class PairTraits:
    """Yes-or-no traits of pairs.

    Attributes:
        words: of each trait.
        holds: whether a pair has it.
    """

    words: tuple[str, ...]
    holds: Bool[Array, "pairs traits"]


def group_labels_differ(
    schema: AttributeSchema, first: Int8[Array, "*p attr"], second: Int8[Array, "*p attr"]
) -> Int8[Array, "*p groups"]:
    """1 where two label rows differ in a group, 0 where all of it is known and alike, else -1."""
    known = (first >= 0) & (second >= 0)
    apart = known & (first != second)
    found = np.empty((*apart.shape[:-1], len(schema.groups)), dtype=np.int8)
    for index, members in enumerate(schema.groups.values()):
        chosen = list(members)
        alike = np.where(known[..., chosen].all(axis=-1), 0, -1)
        found[..., index] = np.where(apart[..., chosen].any(axis=-1), 1, alike)
    return found


def name_traits(
    schema: AttributeSchema,
    first: Int8[Array, "p attr"],
    second: Int8[Array, "p attr"],
    shares: Float[Array, "p groups"],
    typical: Float[Array, " groups"],
) -> PairTraits:
    """Traits of p pairs: states that both share, and differences that the model misses.

    Two states of an attribute that stands alone are two traits ("both: backpack", "both: no backpack"). A
    group of several is alike where one of its attributes is positive in both ("same upper colour"). A group
    is missed where the labels differ and its contribution is less than ``MISSED`` of what is typical.

    Args:
        first, second: labels, 1, 0 or -1 for unknown.
        shares: contribution of each group over the distance of the pair.
        typical: the same, on average over pairs that differ in the group; NaN where that is unknown, and then
            nothing is missed.
    """
    differs = group_labels_differ(schema, first, second)
    words, columns = [], []
    for index, (group, members) in enumerate(schema.groups.items()):
        chosen = list(members)
        if len(chosen) == 1:
            attribute = schema.attributes[chosen[0]]
            for state, name in ((1, attribute.positive), (0, attribute.negative)):
                words.append(f"both: {name}")
                columns.append((first[:, chosen[0]] == state) & (second[:, chosen[0]] == state))
        else:
            words.append(f"same {group}")
            columns.append(((first[:, chosen] == 1) & (second[:, chosen] == 1)).any(axis=1))
        words.append(f"{group} missed")
        columns.append((differs[:, index] == 1) & (shares[:, index] < MISSED * typical[index]))
    return PairTraits(tuple(words), np.stack(columns, axis=1))
