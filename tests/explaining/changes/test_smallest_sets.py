"""The smallest set that turns a pair, against a loop over all subsets."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from attrimeter.errors import SettingsError
from attrimeter.explaining.changes.smallest_sets import (
    group_sets,
    smallest_crossing,
    smallest_likely,
    smallest_sets,
)

GROUPS = 5


def make(seed: int, pairs: int = 60) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {
        "distances": rng.uniform(2, 30, pairs),
        "contributions": rng.normal(2, 4, (pairs, GROUPS)),
        "thresholds": rng.uniform(10, 20, pairs),
    }


def smallest_by_hand(case: dict[str, Any], pair: int, most: int) -> tuple[int, ...]:
    distance, threshold = case["distances"][pair], case["thresholds"][pair]
    for size in range(1, most + 1):
        found = []
        for chosen in combinations(range(GROUPS), size):
            after = distance - sum(case["contributions"][pair, group] for group in chosen)
            if distance > threshold >= after or distance <= threshold < after:
                found.append((-abs(after - threshold), chosen))
        if found:
            return min(found)[1]
    return ()


@pytest.mark.parametrize("most", [1, 2, 3, GROUPS])
def test_the_smallest_set_is_that_of_a_loop_over_all_subsets(most: int) -> None:
    case = make(most)
    answers = smallest_sets(**case, most=most)
    sets, sizes = group_sets(GROUPS, most=most), set()
    for pair in range(len(answers.found)):
        expected = smallest_by_hand(case, pair, most)
        sizes.add(len(expected))
        assert tuple(np.flatnonzero(answers.sets[pair])) == expected
        assert answers.found[pair] == bool(expected)
        if expected:
            assert sets[answers.columns[pair]].tolist() == answers.sets[pair].tolist()
        else:
            assert answers.columns[pair] == -1
    assert {0, 1} <= sizes and (most == 1 or 2 in sizes)


def test_the_largest_go_first() -> None:
    contributions = np.array([[1.0, 5.0, 0.0, 3.0, -2.0]])
    answers = smallest_sets(contributions, distances=np.array([20.0]), thresholds=np.array([13.0]))
    assert np.flatnonzero(answers.sets[0]).tolist() == [1, 3]
    back = smallest_sets(contributions, distances=np.array([12.0]), thresholds=np.array([13.0]))
    assert np.flatnonzero(back.sets[0]).tolist() == [4]


def test_the_threshold_itself_is_a_match() -> None:
    sets = group_sets(1, most=1)
    four = np.array([4.0])
    down = smallest_crossing(four[:, None], sets, distances=np.array([5.0]), thresholds=four)
    up = smallest_crossing(four[:, None], sets, distances=np.array([3.0]), thresholds=four)
    assert down.found.all() and not up.found.any()


def test_only_what_is_allowed_is_named() -> None:
    contributions, asked = np.array([[9.0, 6.0, 5.0]]), {"distances": np.array([20.0])}
    sets = group_sets(3)
    after = 20 - contributions @ sets.T
    for allowed, expected in (([1, 1, 1], [0]), ([0, 1, 1], [1, 2]), ([0, 1, 0], [])):
        answers = smallest_crossing(
            after, sets, thresholds=np.array([12.0]), allowed=np.array([allowed], dtype=bool), **asked
        )
        assert np.flatnonzero(answers.sets[0]).tolist() == expected


def likely_by_hand(chances: Any, sets: Any, allowed: Any, sure: float, least: float) -> int:
    usable = [s for s in range(len(sets)) if not any(sets[s] & ~allowed)]
    for size in range(1, sets.shape[1] + 1):
        good = [s for s in usable if sets[s].sum() == size and chances[s] >= sure]
        if good:
            return max(good, key=lambda s: chances[s])
    best = max(usable, key=lambda s: chances[s], default=-1)
    return best if best >= 0 and chances[best] >= least else -1


def test_the_smallest_sure_set_or_else_the_surest() -> None:
    rng = np.random.default_rng(4)
    sets = group_sets(GROUPS)
    chances = rng.random((200, len(sets))) ** rng.choice([1, 8, 40], size=(200, 1))
    allowed = rng.random((200, GROUPS)) < 0.6
    answers = smallest_likely(chances, sets, sure=0.8, least=0.4, allowed=allowed)
    expected = [likely_by_hand(*row, 0.8, 0.4) for row in zip(chances, [sets] * 200, allowed, strict=True)]
    assert answers.columns.tolist() == expected
    assert {-1} < set(expected)
    assert answers.found.tolist() == [column >= 0 for column in expected]
    unsure = [c for row, c in zip(chances, expected, strict=True) if c >= 0 and row[c] < 0.8]
    assert unsure and len(unsure) < 150
    assert not answers.sets[~answers.found].any()


def test_sets_are_counted_and_ordered_by_size() -> None:
    sets = group_sets(6, most=3)
    assert len(sets) == 6 + 15 + 20 and len({tuple(row) for row in sets.tolist()}) == len(sets)
    assert np.all(np.diff(sets.sum(axis=1)) >= 0)
    assert group_sets(2, most=3).shape == (3, 2)
    with pytest.raises(SettingsError, match="from 1"):
        group_sets(4, most=0)


def test_no_pairs_and_no_groups() -> None:
    nobody = np.zeros(0)
    empty = smallest_sets(np.zeros((0, 3)), distances=nobody, thresholds=nobody)
    assert empty.sets.shape == (0, 3)
    none = smallest_sets(np.zeros((2, 0)), distances=np.ones(2), thresholds=np.zeros(2))
    assert not none.found.any() and none.sets.shape == (2, 0)
