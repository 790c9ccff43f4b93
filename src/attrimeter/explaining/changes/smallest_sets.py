"""The smallest set of attribute groups whose change brings a distance across a threshold."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Bool, Float, Int

from attrimeter.arrays import Array
from attrimeter.errors import SettingsError

MOST = 3
"""Groups that an answer names at most; who needs more has two different persons."""

LEAST = 0.25
"""No set is named that is less probable than this to turn the pair."""


@dataclass(frozen=True)
class SmallestSets:
    """The smallest set that turns each of n pairs.

    Attributes:
        sets: the groups in it; none where there is no such set.
        found: whether there is one.
        columns: its number among the sets that were looked at; -1 where there is none.
    """

    sets: Bool[Array, "n groups"]
    found: Bool[Array, " n"]
    columns: Int[Array, " n"]


def group_sets(groups: int, *, most: int = MOST) -> Bool[Array, "sets groups"]:
    """Every set of 1 to ``most`` of so many groups, smaller ones first. Raises SettingsError below 1."""
    if most < 1:
        raise SettingsError(f"Sets of at most {most} groups hold nothing; give a number from 1.")
    members = [chosen for size in range(1, most + 1) for chosen in combinations(range(groups), size)]
    sets = np.zeros((len(members), groups), dtype=bool)
    for row, chosen in enumerate(members):
        sets[row, list(chosen)] = True
    return sets


def smallest_sets(
    contributions: Float[Array, "n groups"],
    *,
    distances: Float[Array, " n"],
    thresholds: Float[Array, " n"],
    most: int = MOST,
) -> SmallestSets:
    """The fewest groups that bring a distance across a threshold if contributions simply add up.

    Args:
        contributions: what taking a group back takes from D^2.
        distances: D^2 now.
        thresholds: of D^2; up to it a pair is a match.
    """
    sets = group_sets(contributions.shape[1], most=most)
    after = distances[:, None] - contributions @ sets.T.astype(np.float64)
    return smallest_crossing(after, sets, distances=distances, thresholds=thresholds)


def smallest_crossing(
    after: Float[Array, "n sets"],
    sets: Bool[Array, "sets groups"],
    *,
    distances: Float[Array, " n"],
    thresholds: Float[Array, " n"],
    allowed: Bool[Array, "n groups"] | None = None,
) -> SmallestSets:
    """The smallest of the sets after whose change D^2 lies across; of those, the one that goes farthest.

    D^2 at most the threshold is a match. A pair that does not match has to come down to the threshold; one
    that matches has to rise above it.

    Args:
        after: D^2 after the change of each set.
        distances: D^2 now; it says on which side a pair starts.
        allowed: groups that may be changed; None for all.
    """
    apart = distances > thresholds
    beyond = np.where(apart, -1.0, 1.0)[:, None] * (after - thresholds[:, None])
    crosses = np.where(apart[:, None], beyond >= 0, beyond > 0) & _usable(sets, allowed, len(after))
    return _pick_smallest(crosses, beyond, sets)


def smallest_likely(
    probabilities: Float[Array, "n sets"],
    sets: Bool[Array, "sets groups"],
    *,
    sure: float,
    least: float = LEAST,
    allowed: Bool[Array, "n groups"] | None = None,
) -> SmallestSets:
    """The smallest set that is at least ``sure`` to turn a pair; where there is none, the surest of all.

    Among sets of one size it is the surest, and there is none where not even ``least`` is reached.

    Args:
        probabilities: that the change of each set turns the pair.
        allowed: groups that may be changed; None for all.
    """
    usable = _usable(sets, allowed, len(probabilities))
    answers = _pick_smallest(usable & (probabilities >= sure), probabilities, sets)
    merit = np.where(usable & (probabilities >= least), probabilities, -np.inf)
    surest = _pick(merit, sets)
    return SmallestSets(
        sets=np.where(answers.found[:, None], answers.sets, surest.sets),
        found=answers.found | surest.found,
        columns=np.where(answers.found, answers.columns, surest.columns),
    )


def _usable(
    sets: Bool[Array, "sets groups"], allowed: Bool[Array, "n groups"] | None, pairs: int
) -> Bool[Array, "n sets"]:
    if allowed is None:
        return np.ones((pairs, len(sets)), dtype=bool)
    found: Array = ~(~allowed @ sets.T)
    return found


def _pick_smallest(
    good: Bool[Array, "n sets"], merit: Float[Array, "n sets"], sets: Bool[Array, "sets groups"]
) -> SmallestSets:
    none = sets.shape[1] + 1
    sizes = np.where(good, sets.sum(axis=1), none)
    smallest = good & (sizes == sizes.min(axis=1, initial=none, keepdims=True))
    return _pick(np.where(smallest, merit, -np.inf), sets)


def _pick(merit: Float[Array, "n sets"], sets: Bool[Array, "sets groups"]) -> SmallestSets:
    """The set of the highest merit; none where all have minus infinity."""
    found = np.asarray(np.isfinite(merit).any(axis=1))
    columns = np.where(found, merit.argmax(axis=1) if len(sets) else -1, -1)
    chosen = np.concatenate([sets, np.zeros((1, sets.shape[1]), dtype=bool)])[columns]
    return SmallestSets(sets=chosen, found=found, columns=columns)
