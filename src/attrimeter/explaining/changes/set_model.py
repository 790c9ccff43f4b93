"""What a set of changes does to a distance, learnt from measured ones, and how sure that is."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.stats import norm

from attrimeter.arrays import Array
from attrimeter.values.change_answer import SetModel

PENALTY = 1e-3
FLOOR = 1e-2
"""The variance of an expected change is at least this share of the mean one."""


def fit_set_model(
    features: Float[Array, "n sets f"],
    changes: Float[Array, "n sets"],
    sizes: Int[Array, " sets"],
    *,
    known: Bool[Array, "n sets"],
) -> SetModel:
    """Ridge regression of changes on features, in which sets of every size weigh the same in all.

    The variance around an expected change x is fitted as a + b |x| + c x^2.

    Args:
        changes: measured, in a unit that makes pairs comparable.
        sizes: groups in each set.
        known: which changes were measured; at least one.
    """
    _, inverse, counts = np.unique(sizes, return_inverse=True, return_counts=True)
    weights = np.broadcast_to(1 / counts[inverse], changes.shape)[known]
    inputs, targets = features[known], changes[known]
    found = _least_squares(inputs, targets, weights, penalty=PENALTY)
    expected = inputs @ found
    squares = np.square(targets - expected)
    spread = _least_squares(_powers(expected), squares, weights, penalty=1e-9)
    floor = FLOOR * float(np.average(squares, weights=weights))
    return SetModel(tuple(map(float, found)), tuple(map(float, spread)), floor)


def expected_changes(model: SetModel, features: Float[Array, "*n f"]) -> Float[Array, "*n"]:
    """Of each set, in the unit that the model was fitted in."""
    found: Array = features @ np.asarray(model.weights)
    return found


def crossing_probabilities(
    model: SetModel, expected: Float[Array, "n sets"], needed: Float[Array, " n"]
) -> Float[Array, "n sets"]:
    """Probability that a change goes as far as is needed, with normal errors.

    Args:
        expected: changes (:func:`expected_changes`).
        needed: change that brings a pair to its threshold, in the same unit; its sign says which way.
    """
    variance = np.maximum(_powers(expected) @ np.asarray(model.spread), model.floor)
    beyond = np.where(needed < 0, -1.0, 1.0)[:, None] * (expected - needed[:, None])
    found: Array = norm.cdf(beyond / np.sqrt(variance))
    return found


def _powers(expected: Array) -> Array:
    size = np.abs(expected)
    return np.stack([np.ones_like(size), size, np.square(size)], axis=-1)


def _least_squares(inputs: Array, targets: Array, weights: Array, *, penalty: float) -> Array:
    """Weighted ridge regression on columns of mean square one."""
    scale = np.sqrt(np.average(np.square(inputs), axis=0, weights=weights)) + 1e-12
    scaled = inputs / scale
    gram = scaled.T @ (weights[:, None] * scaled) / weights.sum()
    right = scaled.T @ (weights * targets) / weights.sum()
    found: Array = np.linalg.solve(gram + penalty * np.eye(len(gram)), right) / scale
    return found
