"""Pairs of real pictures that differ in one attribute group by their labels."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Int, Int8

from attrimeter.arrays import Array
from attrimeter.schemas import AttributeSchema
from attrimeter.values import ImageSet, PersonDataset

RECOLOURED = ("upper colour", "lower colour")
"""Groups of which a picture is recoloured; both persons need a labelled colour."""

FILLED = ("backpack", "bag", "handbag")
"""Groups of carried objects, which are painted over; the second person has one and the first has none."""


def pool_test_images(dataset: PersonDataset) -> ImageSet:
    """Queries and gallery together, without distractors."""
    query, gallery = dataset.query, dataset.gallery
    joined = ImageSet(
        paths=(*query.paths, *gallery.paths),
        identities=np.concatenate([query.identities, gallery.identities]),
        cameras=np.concatenate([query.cameras, gallery.cameras]),
        labels=np.concatenate([query.labels, gallery.labels]),
    )
    return joined.take(joined.identities > 0)


def choose_pairs(
    images: ImageSet, schema: AttributeSchema, group: str, *, pairs: int, rng: np.random.Generator
) -> tuple[Int[Array, " n"], Int[Array, " n"]]:
    """Rows of the first and of the second picture of pairs whose labels differ in that group.

    Both are of different persons. Every draw takes a random picture of one of the persons that were drawn
    least so far, so that persons are spread evenly. No pair of pictures comes twice.

    Args:
        group: one of :data:`RECOLOURED` or :data:`FILLED` that the schema has.
        pairs: how many are wanted.

    Returns:
        Two arrays of the same length, which is at most ``pairs``, and 0 where no labels differ.
    """
    labels = images.labels[:, list(schema.groups[group])]
    first_allowed, second_allowed = _allowed(labels, group)
    _, person = np.unique(images.identities, return_inverse=True)
    uses = np.zeros(person.max(initial=-1) + 1)
    chosen: dict[tuple[int, int], None] = {}
    for _ in range(pairs):
        order = uses[person] + rng.random(len(images))
        first = _first_in(order, first_allowed)
        if first is None:
            break
        partners = second_allowed & (labels != labels[first]).any(axis=1) & (person != person[first])
        second = _first_in(order, partners)
        if second is None:
            first_allowed[first] = False
            continue
        chosen[first, second] = None
        uses[person[[first, second]]] += 1
    rows = np.array(list(chosen), dtype=np.int64).reshape(-1, 2)
    return rows[:, 0], rows[:, 1]


def _allowed(
    labels: Int8[Array, "images members"], group: str
) -> tuple[Bool[Array, " images"], Bool[Array, " images"]]:
    """Which pictures may come first, and which second."""
    positive = (labels == 1).any(axis=1)
    return (positive, positive.copy()) if group in RECOLOURED else ((labels == 0).all(axis=1), positive)


def _first_in(order: Array, allowed: Array) -> int | None:
    rows = np.flatnonzero(allowed)
    return int(rows[np.argmin(order[rows])]) if len(rows) else None
