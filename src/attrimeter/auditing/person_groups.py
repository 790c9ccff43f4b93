"""Annotated groups of persons: how well each is found, and what its distances are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int8

from attrimeter.arrays import Array
from attrimeter.auditing.reliance import RelianceTally
from attrimeter.metrics.bootstrap import bootstrap_difference, bootstrap_mean
from attrimeter.metrics.retrieval import QueryScores
from attrimeter.schemas import AttributeSchema
from attrimeter.values import ImageSet, Score
from attrimeter.values.audit import Disparity, PersonGroup
from attrimeter.values.image_set import AGES

FEWEST_PERSONS = 10
"""Groups of fewer persons are left out: their numbers would say nothing."""


@dataclass(frozen=True)
class AnnotatedState:
    """Queries of persons who share an annotated state: which, and in whose words."""

    attribute: str
    words: str
    queries: Bool[Array, " queries"]


def list_states(
    schema: AttributeSchema, queries: ImageSet, labels: Int8[Array, "queries attr"]
) -> tuple[AnnotatedState, ...]:
    """Every annotated state that at least ``FEWEST_PERSONS`` persons of the queries have.

    Of an attribute that stands alone both states are listed; of a group of several (colours) the positive
    ones. Ages come last, where they are annotated.

    Args:
        labels: of the queries, in the order of the schema.
    """
    found = []
    for column, attribute in enumerate(schema.attributes):
        alone = len(schema.groups[attribute.group]) == 1
        for state, words in ((1, attribute.positive), (0, attribute.negative))[: 2 if alone else 1]:
            found.append(AnnotatedState(attribute.name, words, labels[:, column] == state))
    if queries.ages is not None:
        found += [
            AnnotatedState("age", words, queries.ages == age) for age, words in enumerate(AGES, start=1)
        ]
    persons = queries.identities
    return tuple(state for state in found if len(np.unique(persons[state.queries])) >= FEWEST_PERSONS)


def list_person_groups(
    states: Sequence[AnnotatedState], queries: ImageSet, scores: QueryScores, tally: RelianceTally
) -> tuple[PersonGroup, ...]:
    """How well the persons of each state are found, and what carries their distances."""
    hits, precision = _query_values(scores)
    persons = queries.identities
    return tuple(
        PersonGroup(
            attribute=state.attribute,
            words=state.words,
            persons=len(np.unique(persons[state.queries])),
            queries=int(state.queries.sum()),
            rank1=bootstrap_mean(hits[state.queries], persons[state.queries]),
            mean_ap=bootstrap_mean(precision[state.queries], persons[state.queries]),
            shares=tally.shares(state.queries),
        )
        for state in states
    )


def compare_person_groups(
    states: Sequence[AnnotatedState], queries: ImageSet, scores: QueryScores
) -> tuple[Disparity, ...]:
    """The two states of each attribute of which exactly two are listed; all intervals hold at once."""
    names = [state.attribute for state in states]
    twofold = [name for name in dict.fromkeys(names) if names.count(name) == 2]
    level = 1 - 0.05 / max(2 * len(twofold), 1)
    found = []
    for name in twofold:
        first, second = (state for state in states if state.attribute == name)
        gaps = [
            _gap(values, (first.queries, second.queries), queries.identities, level)
            for values in _query_values(scores)
        ]
        found.append(Disparity(name, first.words, second.words, *gaps))
    return tuple(found)


def _gap(
    values: Float[Array, " queries"], sides: tuple[Array, Array], identities: Array, level: float
) -> Score:
    known = ~np.isnan(values)
    ratios = [(np.where(side & known, values, 0), (side & known).astype(float)) for side in sides]
    return bootstrap_difference(ratios[0], ratios[1], identities, level=level, samples=4000)


def _query_values(scores: QueryScores) -> tuple[Array, Array]:
    """Rank-1 and average precision of each query in percent; NaN without a positive."""
    hits = np.where(scores.first_hit >= 0, 100.0 * (scores.first_hit == 0), np.nan)
    return hits, 100 * scores.average_precision
