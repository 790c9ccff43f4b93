"""Patterns among mistakes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom

from attrimeter.auditing.error_patterns import FEWEST, evidence_against_chance, find_patterns


def chance(traits: int, rate: float = 0.2, pairs: int = 4000) -> np.ndarray:
    return np.random.default_rng(0).random((pairs, traits)) < rate


def test_a_planted_pair_of_traits_is_found_and_covers_what_has_both() -> None:
    mistakes = np.random.default_rng(1).random((140, 6)) < 0.2
    mistakes[:62, [1, 4]] = True
    first, *rest = find_patterns(mistakes, chance(6))
    assert first.traits == (1, 4)
    both = np.flatnonzero(mistakes[:, 1] & mistakes[:, 4])
    assert first.rows.tolist() == both.tolist()
    joint = chance(6)[:, [1, 4]].all(axis=1).mean()
    assert first.expected == pytest.approx(140 * joint, rel=0.02)
    assert not set(first.rows) & {row for pattern in rest for row in pattern.rows.tolist()}


def test_one_trait_is_enough_where_the_second_adds_nothing() -> None:
    mistakes = np.random.default_rng(2).random((100, 4)) < 0.2
    mistakes[:90, 2] = True
    assert find_patterns(mistakes, chance(4))[0].traits == (2,)


def test_two_kinds_of_mistakes_become_two_patterns() -> None:
    mistakes = np.zeros((100, 5), dtype=bool)
    mistakes[:60, 0], mistakes[60:, 3] = True, True
    patterns = find_patterns(mistakes, chance(5))
    assert [pattern.traits for pattern in patterns] == [(0,), (3,)]
    assert [len(pattern.rows) for pattern in patterns] == [60, 40]


def test_what_is_as_common_by_chance_is_no_pattern() -> None:
    assert find_patterns(np.random.default_rng(3).random((200, 6)) < 0.2, chance(6)) == []


def test_few_mistakes_or_none() -> None:
    assert find_patterns(np.zeros((0, 3), dtype=bool), chance(3)) == []
    assert find_patterns(np.ones((FEWEST - 1, 3), dtype=bool), chance(3)) == []
    assert find_patterns(np.zeros((10, 0), dtype=bool), chance(0)) == []


@pytest.mark.parametrize(("count", "of", "rate"), [(30, 100, 0.2), (7, 7, 0.5), (50, 60, 0.01)])
def test_evidence_is_the_log_ratio_of_two_binomial_probabilities(count: int, of: int, rate: float) -> None:
    slow = binom.logpmf(count, of, count / of) - binom.logpmf(count, of, rate)
    assert evidence_against_chance(count, of, rate) == pytest.approx(slow)


def test_no_evidence_where_it_is_rarer_than_by_chance() -> None:
    assert evidence_against_chance(10, 100, 0.2) == 0
    assert evidence_against_chance(0, 0, 0.2) == 0
    assert math.isfinite(evidence_against_chance(5, 5, 1e-9))
