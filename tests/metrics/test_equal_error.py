"""The equal error distance against a walk over all thresholds."""

from __future__ import annotations

import numpy as np
import pytest

from attrimeter.errors import SettingsError
from attrimeter.metrics.equal_error import equal_error_distance


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
