"""Traits of pairs, in words."""

from __future__ import annotations

import numpy as np

from attrimeter.auditing.traits import group_labels_differ, name_traits
from attrimeter.schemas import SCHEMAS

SCHEMA = SCHEMAS["market1501"]
GROUPS = list(SCHEMA.groups)


def labels(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.integers(-1, 2, size=(*shape, len(SCHEMA))).astype(np.int8)


def test_groups_differ_as_a_loop_over_their_attributes_says() -> None:
    rng = np.random.default_rng(0)
    first, second = labels(rng, 5, 1), labels(rng, 1, 6)
    found = group_labels_differ(SCHEMA, first, second)
    for i in range(5):
        for j in range(6):
            for g, members in enumerate(SCHEMA.groups.values()):
                pairs = [(first[i, 0, m], second[0, j, m]) for m in members]
                if any(a >= 0 and b >= 0 and a != b for a, b in pairs):
                    assert found[i, j, g] == 1
                else:
                    assert found[i, j, g] == (0 if all(a >= 0 and b >= 0 for a, b in pairs) else -1)


def holding(first: np.ndarray, second: np.ndarray, shares: np.ndarray, typical: np.ndarray) -> set[str]:
    traits = name_traits(SCHEMA, first[None], second[None], shares[None], typical)
    return {word for word, holds in zip(traits.words, traits.holds[0], strict=True) if holds}


def test_what_two_persons_share_and_what_is_missed_in_words() -> None:
    first, second = np.zeros((2, len(SCHEMA)), dtype=np.int8)
    first[[SCHEMA.index("upper red"), SCHEMA.index("backpack")]] = 1
    second[SCHEMA.index("upper red")] = 1
    typical = np.full(len(GROUPS), 0.2)
    little = np.full(len(GROUPS), 0.05)
    words = holding(first, second, little, typical)
    assert {"same upper colour", "backpack missed", "both: no bag"} <= words
    assert not {"same lower colour", "upper colour missed", "bag missed"} & words  # no lower colour is known
    assert "backpack missed" not in holding(first, second, np.full(len(GROUPS), 0.11), typical)
    assert "backpack missed" not in holding(first, second, little, np.full(len(GROUPS), np.nan))


def test_what_is_unknown_is_neither_shared_nor_missed() -> None:
    unknown = np.full(len(SCHEMA), -1, dtype=np.int8)
    assert holding(unknown, unknown, np.zeros(len(GROUPS)), np.ones(len(GROUPS))) == set()
