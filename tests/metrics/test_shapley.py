from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from attrimeter.errors import SettingsError
from attrimeter.metrics.shapley import shapley_values


def by_orders(values: np.ndarray, groups: int) -> list[float]:
    """Take the groups in every order, and note what each adds when it is taken."""
    added = np.zeros(groups)
    orders = list(permutations(range(groups)))
    for order in orders:
        subset = 0
        for group in order:
            added[group] += values[subset | 1 << group] - values[subset]
            subset |= 1 << group
    return list(added / len(orders))


@pytest.mark.parametrize("groups", range(6))
def test_against_all_orders(groups: int) -> None:
    values = np.random.default_rng(groups).normal(size=(7, 2**groups))
    found = shapley_values(values)
    assert found.shape == (7, groups)
    expected = np.array([by_orders(row, groups) for row in values]).reshape(7, groups)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)


def test_they_sum_to_all_less_none_for_eight_groups() -> None:
    values = np.random.default_rng(0).gamma(1.0, 100.0, size=(5, 256))
    np.testing.assert_allclose(shapley_values(values).sum(axis=1), values[:, -1] - values[:, 0], rtol=1e-12)


def test_each_bit_is_its_own_group() -> None:
    """An additive game gives every group back what it adds."""
    worth = np.array([3.0, -1.0, 0.5])
    values = np.array([[sum(worth[i] for i in range(3) if subset >> i & 1) for subset in range(8)]])
    np.testing.assert_allclose(shapley_values(values), [worth], atol=1e-15)


def test_no_games_and_no_groups() -> None:
    assert shapley_values(np.zeros((0, 8))).shape == (0, 3)
    assert shapley_values(np.ones((4, 1))).shape == (4, 0)


@pytest.mark.parametrize("columns", [0, 3, 12])
def test_other_numbers_of_subsets_are_refused(columns: int) -> None:
    with pytest.raises(SettingsError, match=f"got {columns}, which is not a power of two"):
        shapley_values(np.zeros((2, columns)))
