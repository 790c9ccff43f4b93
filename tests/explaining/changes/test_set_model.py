"""Learning what sets of changes do: known weights are found again, and probabilities come true."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from attrimeter.explaining.changes.set_model import crossing_probabilities, expected_changes, fit_set_model
from attrimeter.values.change_answer import SetModel

WEIGHTS = np.array([-1.0, 0.4, 2.5])
SIZES = np.array([1, 1, 2, 2, 2, 3])


def make(noise: float, seed: int = 0, pairs: int = 400) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    features = rng.normal(0, 1, (pairs, len(SIZES), 3)) * np.array([1, 10, 0.1])
    expected = features @ WEIGHTS
    return features, expected + rng.normal(0, noise, expected.shape) * (0.2 + np.abs(expected))


def test_known_weights_are_found_again() -> None:
    features, changes = make(0.0)
    model = fit_set_model(features, changes, SIZES, known=np.ones(changes.shape, dtype=bool))
    assert expected_changes(model, features) == pytest.approx(changes, abs=0.02)


def test_what_was_not_measured_is_not_looked_at() -> None:
    features, changes = make(0.3)
    known = np.random.default_rng(1).random(changes.shape) < 0.7
    model = fit_set_model(features, changes, SIZES, known=known)
    spoilt = np.where(known, changes, 1e9)
    assert fit_set_model(features, spoilt, SIZES, known=known) == model


def test_every_size_weighs_the_same() -> None:
    """Two sets of size 1 and one of size 2 whose changes disagree: the mean lies half way between sizes."""
    features = np.ones((1, 3, 1))
    model = fit_set_model(
        features, np.array([[1.0, 1.0, 3.0]]), np.array([1, 1, 2]), known=np.ones((1, 3), dtype=bool)
    )
    assert model.weights[0] == pytest.approx(2.0, rel=0.01)


def test_probabilities_come_true() -> None:
    features, changes = make(0.5)
    model = fit_set_model(features, changes, SIZES, known=np.ones(changes.shape, dtype=bool))
    fresh, true = make(0.5, seed=3, pairs=3000)
    needed = np.random.default_rng(2).uniform(-6, 6, len(true))
    chances = crossing_probabilities(model, expected_changes(model, fresh), needed)
    reached = np.where(needed[:, None] < 0, true <= needed[:, None], true >= needed[:, None])
    for low in (0.05, 0.3, 0.6, 0.8):
        rows = (chances > low) & (chances < low + 0.15)
        assert rows.sum() > 200
        assert reached[rows].mean() == pytest.approx(chances[rows].mean(), abs=0.06)


def test_a_probability_is_that_of_a_normal_error() -> None:
    model = SetModel(weights=(1.0,), spread=(0.5, 0.1, 0.2), floor=0.01)
    expected = np.array([[-3.0, 0.5]])
    for needed in (-2.0, 1.0):
        found = crossing_probabilities(model, expected, np.array([needed]))
        for column, value in enumerate(expected[0]):
            deviation = math.sqrt(0.5 + 0.1 * abs(value) + 0.2 * value**2)
            over = (needed - value if needed < 0 else value - needed) / deviation
            assert found[0, column] == pytest.approx(0.5 * (1 + math.erf(over / math.sqrt(2))))


def test_the_variance_has_a_floor() -> None:
    model = SetModel(weights=(1.0,), spread=(-5.0, 0.0, 0.0), floor=4.0)
    found = crossing_probabilities(model, np.array([[-3.0]]), np.array([-1.0]))
    assert found[0, 0] == pytest.approx(0.5 * (1 + math.erf(1 / math.sqrt(2))))
