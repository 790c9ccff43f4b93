from __future__ import annotations

import math
from itertools import combinations, permutations

import numpy as np
import pytest

from attrimeter.errors import SettingsError
from attrimeter.metrics import average_precision, balanced_accuracy, constant_order
from attrimeter.metrics.classification import equal_error_distance

RNG = np.random.default_rng(0)


def test_balanced_accuracy_against_loops() -> None:
    probabilities = RNG.random((80, 5)).round(1)
    labels = RNG.integers(-1, 2, (80, 5)).astype(np.int8)
    labels[:, 3] = np.where(labels[:, 3] == 0, -1, labels[:, 3])
    expected = []
    for k in range(5):
        recalls = []
        for state in (0, 1):
            rows = [i for i in range(80) if labels[i, k] == state]
            right = [i for i in rows if (probabilities[i, k] >= 0.5) == (state == 1)]
            recalls.append(len(right) / len(rows) if rows else math.nan)
        expected.append(sum(recalls) / 2)
    np.testing.assert_allclose(balanced_accuracy(probabilities, labels), expected)
    assert math.isnan(expected[3]) and not math.isnan(expected[0])


def test_balanced_accuracy_ignores_imbalance() -> None:
    """Always saying no is right for 9 in 10 and yet no better than chance."""
    labels = np.array([[1]] + [[0]] * 9, dtype=np.int8)
    assert balanced_accuracy(np.zeros((10, 1)), labels).tolist() == [0.5]


def test_average_precision_is_the_mean_precision_at_hits() -> None:
    scores = RNG.permutation(50) / 50
    positives = RNG.random(50) < 0.3
    ranking = sorted(range(50), key=lambda i: -scores[i])
    hits = [bool(positives[i]) for i in ranking]
    expected = np.mean([sum(hits[: r + 1]) / (r + 1) for r in range(50) if hits[r]])
    assert average_precision(scores, positives) == pytest.approx(expected)


def test_average_precision_with_ties_against_thresholds() -> None:
    scores = RNG.integers(0, 5, 40).astype(float)
    positives = RNG.random(40) < 0.4
    precisions = []
    for i in np.flatnonzero(positives):
        as_high = scores >= scores[i]
        precisions.append(positives[as_high].mean())
    assert average_precision(scores, positives) == pytest.approx(np.mean(precisions))


def test_average_precision_does_not_depend_on_the_order_of_ties() -> None:
    scores, positives = np.array([1.0, 1.0, 0.5, 0.5]), np.array([True, False, False, True])
    results = {
        round(average_precision(scores[list(order)], positives[list(order)]), 12)
        for order in permutations(range(4))
    }
    assert results == {0.5}


def test_average_precision_without_positives() -> None:
    assert math.isnan(average_precision(np.array([0.1, 0.2]), np.array([False, False])))
    assert math.isnan(average_precision(np.zeros(0), np.zeros(0, dtype=bool)))


def test_constant_order_against_all_pairs() -> None:
    labels = RNG.integers(-1, 2, (23, 6)).astype(np.int8)
    labels[:, 4] = -1
    labels[1:, 5] = -1
    expected = []
    for column in labels.T:
        pairs = [(a, b) for a, b in combinations(column.tolist(), 2) if a != -1 and b != -1]
        expected.append(sum(a != b for a, b in pairs) / len(pairs) if pairs else 0.0)
    np.testing.assert_allclose(constant_order(labels), expected)


def errors_at(place: float, same: np.ndarray, different: np.ndarray) -> tuple[float, float]:
    return sum(d > place for d in same) / len(same), sum(d <= place for d in different) / len(different)


def test_no_other_threshold_is_more_even() -> None:
    rng = np.random.default_rng(0)
    same, different = rng.normal(5, 1, 301), rng.normal(8, 2, 170)
    found = equal_error_distance(same, different)
    apart = [abs(np.subtract(*errors_at(p, same, different))) for p in np.concatenate([same, different])]
    assert abs(np.subtract(*errors_at(found, same, different))) <= min(apart) + 1e-9
    missed, mistaken = errors_at(found, same, different)
    assert missed == pytest.approx(mistaken, abs=0.01) and 0 < missed < 0.3


def test_kinds_that_are_apart_have_a_threshold_between_them() -> None:
    found = equal_error_distance(np.array([1.0, 2.0]), np.array([6.0, 9.0]))
    assert 2.0 <= found <= 6.0


def test_both_kinds_are_needed() -> None:
    with pytest.raises(SettingsError, match="one kind is missing"):
        equal_error_distance(np.zeros(0), np.ones(3))
