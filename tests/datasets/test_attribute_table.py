from __future__ import annotations

import numpy as np

from attrimeter.datasets import AttributeTable
from attrimeter.datasets.attribute_table import unknown_labels


def table(identities: list[int]) -> AttributeTable:
    labels = np.array([[i % 2, 1 - i % 2] for i in identities], dtype=np.int8).reshape(-1, 2)
    return AttributeTable(
        np.array(identities, dtype=np.int64), labels, np.zeros(len(identities), dtype=np.int8)
    )


def test_labels_follow_the_identities() -> None:
    labels = table([2, 5, 9]).labels_of(np.array([9, 2, 2, 5]))
    assert labels.tolist() == [[1, 0], [0, 1], [0, 1], [1, 0]]
    assert labels.dtype == np.int8


def test_identities_without_a_row_are_unknown() -> None:
    assert (table([2, 5, 9]).labels_of(np.array([1, 3, 10, -1])) == -1).all()
    assert (table([]).labels_of(np.array([1, 2])) == -1).all()


def test_distractors_are_unknown_even_with_a_row() -> None:
    assert table([0, 1]).labels_of(np.array([0, 1])).tolist() == [[-1, -1], [1, 0]]


def test_nothing_known() -> None:
    assert unknown_labels(2, 3).tolist() == [[-1] * 3] * 2


def test_ages_of_images_are_those_of_their_persons() -> None:
    table = AttributeTable(
        identities=np.array([3, 7]),
        labels=np.zeros((2, 1), dtype=np.int8),
        ages=np.array([2, 4], dtype=np.int8),
    )
    assert table.ages_of(np.array([7, 3, 0, 5, 7])).tolist() == [4, 2, 0, 0, 4]
    nobody = AttributeTable(
        np.zeros(0, dtype=int), np.zeros((0, 1), dtype=np.int8), np.zeros(0, dtype=np.int8)
    )
    assert nobody.ages_of(np.array([7])).tolist() == [0]
