"""Shapley values of a game whose value is known for every subset of its players."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float64

from attrimeter.arrays import Array
from attrimeter.errors import SettingsError


def shapley_values(values: Float64[Array, "n subsets"]) -> Float64[Array, "n groups"]:
    """What each group adds to the value, averaged over all orders in which the groups can be taken.

    They sum to the value of all groups less the value of none (Shapley, 1953).

    Args:
        values: one row per game; the column whose index has bit i set is a subset that holds group i, so
            that column 0 is the empty subset and the last column all groups.

    Returns:
        In the units of ``values``; no columns for a game without groups, no rows for no games.

    Raises:
        SettingsError: the number of columns is not a power of two.
    """
    subsets = values.shape[1]
    if subsets < 1 or subsets & (subsets - 1):
        raise SettingsError(
            f"Shapley values need the values of all 2^g subsets of g groups; got {subsets}, which is not a "
            "power of two."
        )
    return values.astype(np.float64) @ _shapley_weights(subsets.bit_length() - 1)


def _shapley_weights(groups: int) -> Float64[Array, "subsets groups"]:
    """The weight of each subset's value in each group's Shapley value.

    A subset of k of the other groups precedes a group with probability 1 / (g (g - 1 choose k)): there
    its value counts negatively, and the value with the group taken too positively.
    """
    taken = (np.arange(2**groups)[:, None] >> np.arange(groups)) & 1
    others = taken.sum(axis=1, keepdims=True) - taken
    chance = np.array([1 / (groups * math.comb(groups - 1, k)) for k in range(groups)])
    weights: Array = np.where(taken == 1, chance[others], -chance[others])
    return weights
