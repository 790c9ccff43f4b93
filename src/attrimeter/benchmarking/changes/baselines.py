"""What calibrated counterfactual answers are held against."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from attrimeter.arrays import Array
from attrimeter.benchmarking.changes.cases import ChangeCases
from attrimeter.explaining.changes.smallest_sets import SmallestSets, smallest_crossing, smallest_likely


def baseline_answers(
    cases: ChangeCases,
    answers: SmallestSets,
    probabilities: Float[Array, "n sets"],
    *,
    shares: Float[Array, " groups"],
    seed: int,
) -> Iterator[tuple[str, bool, SmallestSets]]:
    """Name, whether it uses the labels of which groups differ, and answers of each baseline.

    Args:
        answers, probabilities: the calibrated ones.
        shares: mean true share of D^2 of each group where it differs.
        seed: of the random groups.
    """
    yield (
        "calibrated, at 50 %",
        False,
        smallest_likely(probabilities, cases.sets, sure=0.5, least=0.5, allowed=cases.allowed),
    )
    if cases.turn != "no match":
        taken = cases.shares * cases.distances[:, None]
        yield "contributions alone", False, add_up(cases, -taken)
    average = shares * (cases.thresholds if cases.turn == "no match" else cases.distances)[:, None]
    way = 1.0 if cases.turn == "no match" else -1.0
    yield "group average", True, add_up(cases, way * average * cases.differs)
    yield (
        "the surest of all",
        False,
        smallest_likely(probabilities, cases.sets, sure=2.0, least=0.0, allowed=cases.allowed),
    )
    yield "as many by chance", True, random_groups(cases, answers, seed=seed)


def add_up(cases: ChangeCases, changes: Float[Array, "n groups"]) -> SmallestSets:
    """The smallest sets if the changes of D^2 that groups make simply add up."""
    return smallest_crossing(
        cases.distances[:, None] + changes @ cases.sets.T,
        cases.sets,
        distances=cases.distances,
        thresholds=cases.thresholds,
        allowed=cases.allowed,
    )


def random_groups(cases: ChangeCases, like: SmallestSets, *, seed: int) -> SmallestSets:
    """As many groups as in ``like``, or as differ where these are fewer, drawn from those that differ."""
    order = np.where(cases.differs, np.random.default_rng([seed, 8]).random(cases.differs.shape), 2.0)
    places = order.argsort(axis=1).argsort(axis=1)
    wanted = (places < like.sets.sum(axis=1)[:, None]) & cases.differs
    same = (wanted[:, None] == cases.sets[None]).all(axis=2)
    found = same.any(axis=1)
    return SmallestSets(sets=wanted, found=found, columns=np.where(found, same.argmax(axis=1), -1))
