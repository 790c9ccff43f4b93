"""What every subset of the edits between two persons does to a target's distance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from attrimeter.arrays import Array

_COMMON = ("target_fingerprint", "groups")


@dataclass(frozen=True)
class EditTables:
    """n rendered pairs with the squared distance of every person on the way from one to the other.

    Attributes:
        target_fingerprint: of the target they were measured on.
        groups: names of the attribute groups, in the order of the schema.
        first: picture of the first person p.
        start: p in the second view, none of the groups taken from the second person q.
        second: q in the second view.
        first_masks, second_masks: part masks of ``first`` and ``second``.
        columns: the groups that differ, as numbers in ``groups``; -1 fills up.
        values: D^2 of the first picture and each edit. The index of an edit has bit i set where group
            ``columns[i]`` is taken from q; NaN beyond the last.
        kinds: of each pair (``synthesis.KINDS``).
        identities: number of the couple of persons.
    """

    target_fingerprint: str
    groups: tuple[str, ...]
    first: UInt8[Array, "n height width 3"]
    start: UInt8[Array, "n height width 3"]
    second: UInt8[Array, "n height width 3"]
    first_masks: UInt8[Array, "n height width"]
    second_masks: UInt8[Array, "n height width"]
    columns: Int[Array, "n most"]
    values: Float[Array, "n subsets"]
    kinds: Array
    identities: Int[Array, " n"]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def differs(self) -> Bool[Array, "n groups"]:
        """Which groups differ in each pair."""
        found = np.zeros((len(self), len(self.groups) + 1), dtype=bool)
        np.put_along_axis(found, self.columns, True, axis=1)
        return found[:, :-1]

    @property
    def whole(self) -> Int[Array, " n"]:
        """Index of the edit that takes all groups: the second person."""
        found: Array = (1 << (self.columns >= 0).sum(axis=1)) - 1
        return found

    @property
    def total(self) -> Float[Array, " n"]:
        """D^2 of the pair itself."""
        found: Array = self.values[np.arange(len(self)), self.whole]
        return found

    @property
    def none(self) -> Float[Array, " n"]:
        """D^2 with no group taken from the second person."""
        return self.values[:, 0]

    def index_of(self, taken: Bool[Array, "n sets groups"]) -> Int[Array, "n sets"]:
        """Index of the edit that takes these groups from q; groups that do not differ change nothing."""
        padded = np.concatenate([taken, np.zeros_like(taken[:, :, :1])], axis=2)
        held = np.take_along_axis(padded, self.columns[:, None, :], axis=2)
        found: Array = (held.astype(np.int64) << np.arange(held.shape[2])).sum(axis=2)
        return found

    def take(self, rows: Bool[Array, " n"] | Int[Array, " m"]) -> EditTables:
        """Some of the pairs, by a mask or by their numbers."""
        per_pair = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name not in _COMMON}
        return replace(self, **per_pair)


def join_tables(parts: Sequence[EditTables]) -> EditTables:
    """One after the other; at least one, all of the same target."""
    per_pair = [f.name for f in fields(EditTables) if f.name not in _COMMON]
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in per_pair
    }
    return replace(parts[0], **joined)
