from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from attrimeter.datasets import require_labels
from attrimeter.errors import DatasetError
from attrimeter.schemas import Attribute, AttributeSchema
from attrimeter.values import ImageSet, PersonDataset

SCHEMA = AttributeSchema("two", tuple(Attribute(n, n, n, ("torso",), "no", "yes") for n in ("hat", "bag")))


def image_set(rows: list[tuple[int, list[int]]]) -> ImageSet:
    return ImageSet(
        paths=tuple(Path(f"{n}.jpg") for n in range(len(rows))),
        identities=np.array([identity for identity, _ in rows], dtype=np.int64),
        cameras=np.zeros(len(rows), dtype=np.int64),
        labels=np.array([labels for _, labels in rows], dtype=np.int8).reshape(-1, 2),
    )


def dataset(*rows: tuple[int, list[int]]) -> PersonDataset:
    empty = image_set([])
    return PersonDataset("d", Path("d"), SCHEMA, train=image_set(list(rows)), query=empty, gallery=empty)


def test_complete_labels_pass() -> None:
    require_labels(dataset((1, [0, 1]), (2, [1, -1]), (0, [-1, -1])), SCHEMA)


def test_identities_without_labels_are_named_and_counted() -> None:
    rows = [(n, [-1, -1]) for n in range(3, 10)] + [(5, [-1, -1]), (1, [0, 1])]
    with pytest.raises(DatasetError, match=r"no attributes for 7 of 8 identities \(3, 4, 5, 6, 7, \.\.\.\)"):
        require_labels(dataset(*rows), SCHEMA)
    with pytest.raises(DatasetError, match=r"for 1 of 2 identities \(3\)"):
        require_labels(dataset((3, [-1, -1]), (1, [0, 1])), SCHEMA)


def test_gallery_counts_too() -> None:
    data = replace(dataset((1, [0, 1])), gallery=image_set([(4, [-1, -1])]))
    with pytest.raises(DatasetError, match=r"1 of 2 identities \(4\)"):
        require_labels(data, SCHEMA)


def test_attribute_known_of_nobody() -> None:
    with pytest.raises(DatasetError, match="of nobody whether 'bag' holds"):
        require_labels(dataset((1, [0, -1]), (2, [1, -1])), SCHEMA)


def test_labels_of_another_schema() -> None:
    one = AttributeSchema("one", SCHEMA.attributes[:1])
    with pytest.raises(DatasetError, match="not opened with the schema 'one'"):
        require_labels(dataset((1, [0, 1])), one)
