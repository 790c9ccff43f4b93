"""Attribute labels by identity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int, Int8

from attrimeter.arrays import Array


@dataclass(frozen=True)
class AttributeTable:
    """What is annotated of each identity.

    Attributes:
        identities: P integers, increasing, each once.
        labels: P x K in {1 positive (coding 2), 0 negative (coding 1), -1 unknown}.
        ages: P ages, 1 child, 2 teenager, 3 adult, 4 old, or 0 where unknown.
        in_test: P flags: whether the identity stands in the file's part ``test``; None where it has no parts.
        missing_fields: fields of the schema that the file lacks, wholly or in one of its parts; there the
            labels are -1.
    """

    identities: Int[Array, " persons"]
    labels: Int8[Array, "persons attr"]
    ages: Int8[Array, " persons"]
    missing_fields: tuple[str, ...] = ()
    in_test: Bool[Array, " persons"] | None = None

    def labels_of(self, identities: Int[Array, " images"]) -> Int8[Array, "images attr"]:
        """The labels of each image's identity; -1 throughout for an identity that is not in the table, and
        for distractors (identity 0), who are many persons."""
        labels = np.full((len(identities), self.labels.shape[1]), -1, dtype=np.int8)
        known, rows = self._find(identities)
        labels[known] = self.labels[rows]
        return labels

    def ages_of(self, identities: Int[Array, " images"]) -> Int8[Array, " images"]:
        """The age of each image's identity; 0 where it is not known, as of distractors."""
        ages = np.zeros(len(identities), dtype=np.int8)
        known, rows = self._find(identities)
        ages[known] = self.ages[rows]
        return ages

    def _find(self, identities: Array) -> tuple[Array, Array]:
        """Which images show an identity of the table, and its row for each of these."""
        if not len(self.identities):
            return np.zeros(len(identities), dtype=bool), np.zeros(0, dtype=np.int64)
        rows = np.searchsorted(self.identities, identities).clip(max=len(self.identities) - 1)
        known = (self.identities[rows] == identities) & (identities != 0)
        return known, rows[known]


def unknown_labels(images: int, attributes: int) -> Int8[Array, "images attr"]:
    """Labels of which nothing is known: -1 throughout."""
    return np.full((images, attributes), -1, dtype=np.int8)
