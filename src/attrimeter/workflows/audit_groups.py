"""Annotated groups of persons: how well each is found, and what its distances are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Int, Int8

from attrimeter.metrics.bootstrap import bootstrap_difference, bootstrap_mean
from attrimeter.metrics.retrieval import QueryScores
from attrimeter.schemas import Attribute, AttributeSchema
from attrimeter.values import Score
from attrimeter.values.audit import Disparity, PersonGroup
from attrimeter.workflows.audit_tally import RelianceTally

Array = np.ndarray[Any, np.dtype[Any]]
FEWEST_PERSONS = 10
"""Groups of fewer persons are left out: their numbers would say nothing."""


def list_person_groups(
    schema: AttributeSchema,
    labels: Int8[Array, "queries attr"],
    identities: Int[Array, " queries"],
    scores: QueryScores,
    tally: RelianceTally,
) -> tuple[PersonGroup, ...]:
    """Every annotated state that at least ``FEWEST_PERSONS`` persons of the queries have.

    Of an attribute that stands alone both states are listed; of a group of several (colours) the positive
    ones.
    """
    found = []
    for column, attribute in enumerate(schema.attributes):
        for state in _states(schema, attribute):
            chosen = labels[:, column] == state
            persons = len(np.unique(identities[chosen]))
            if persons < FEWEST_PERSONS:
                continue
            hits, precision = _query_values(scores)
            found.append(
                PersonGroup(
                    attribute=attribute.name,
                    words=attribute.positive if state else attribute.negative,
                    persons=persons,
                    queries=int(chosen.sum()),
                    rank1=bootstrap_mean(hits[chosen], identities[chosen]),
                    mean_ap=bootstrap_mean(precision[chosen], identities[chosen]),
                    shares=tally.shares(chosen),
                )
            )
    return tuple(found)


def compare_person_groups(
    schema: AttributeSchema,
    labels: Int8[Array, "queries attr"],
    identities: Int[Array, " queries"],
    scores: QueryScores,
    listed: Sequence[PersonGroup],
) -> tuple[Disparity, ...]:
    """The two states of each attribute of which both are listed; all intervals hold at once."""
    names = [group.attribute for group in listed]
    twofold = [name for name in dict.fromkeys(names) if names.count(name) == 2]
    level = 1 - 0.05 / max(2 * len(twofold), 1)
    hits, precision = _query_values(scores)
    found = []
    for name in twofold:
        column = schema.index(name)
        attribute = schema.attributes[column]
        positive, negative = labels[:, column] == 1, labels[:, column] == 0

        def gap(values: Array, sides: tuple[Array, Array] = (positive, negative)) -> Score:
            known = ~np.isnan(values)
            ratios = [(np.where(side & known, values, 0), (side & known).astype(float)) for side in sides]
            return bootstrap_difference(ratios[0], ratios[1], identities, level=level, samples=4000)

        found.append(Disparity(name, attribute.positive, attribute.negative, gap(hits), gap(precision)))
    return tuple(found)


def _states(schema: AttributeSchema, attribute: Attribute) -> tuple[int, ...]:
    return (1, 0) if len(schema.groups[attribute.group]) == 1 else (1,)


def _query_values(scores: QueryScores) -> tuple[Array, Array]:
    """Rank-1 and average precision of each query in percent; NaN without a positive."""
    hits = np.where(scores.first_hit >= 0, 100.0 * (scores.first_hit == 0), np.nan)
    return hits, 100 * scores.average_precision
