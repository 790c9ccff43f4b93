"""Queries that one of two models alone answers rightly, and what they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from attrimeter.arrays import Array
from attrimeter.auditing.audit import AuditRun
from attrimeter.auditing.errors import EXAMPLES, group_mistakes, set_apart
from attrimeter.values.comparison import Disagreement, DisagreementCluster, Side

SIDES: tuple[Side, Side] = ("first", "second")


def list_disagreements(runs: Sequence[AuditRun]) -> tuple[Disagreement, ...]:
    """Every query that one of two models alone answers rightly, those first that set both farthest apart."""
    found = [entry for index in (0, 1) for entry in _one_sided(runs, index)]
    return tuple(sorted(found, key=lambda entry: -_contrast(entry)))


def cluster_disagreements(
    runs: Sequence[AuditRun], disagreements: Sequence[Disagreement]
) -> tuple[DisagreementCluster, ...]:
    """Disagreements that share what chance pairs rarely do, the largest first; for each model's own.

    Traits are those of the query and the wrong match; what is missed is missed by the model that is wrong.
    """
    found = []
    for index, side in enumerate(SIDES):
        own = [entry for entry in disagreements if entry.right_in == side]
        if own:
            found += _cluster(runs[1 - index], side, own)
    return tuple(sorted(found, key=lambda cluster: (not cluster.words, -cluster.count)))


def _one_sided(runs: Sequence[AuditRun], index: int) -> list[Disagreement]:
    """The queries that model ``index`` alone answers rightly."""
    hits = [run.ranked.scores.first_hit for run in runs]
    rows = np.flatnonzero((hits[index] == 0) & (hits[1 - index] > 0))
    right, wrong = (runs[i].ranked.nearest[rows, 0] for i in (index, 1 - index))
    because = [set_apart(run.reader, rows, right, wrong) for run in runs]
    queries, gallery = runs[0].reader.queries.images.paths, runs[0].reader.gallery.images.paths
    return [
        Disagreement(
            query=queries[row],
            right=gallery[right[place]],
            wrong=gallery[wrong[place]],
            right_in=SIDES[index],
            because_first=_named(runs[0], because[0][place]),
            because_second=_named(runs[1], because[1][place]),
        )
        for place, row in enumerate(rows)
    ]


def _cluster(mistaken: AuditRun, side: Side, own: Sequence[Disagreement]) -> list[DisagreementCluster]:
    reader = mistaken.reader
    places = [
        {path: row for row, path in enumerate(s.images.paths)} for s in (reader.queries, reader.gallery)
    ]
    rows = np.array([places[0][entry.query] for entry in own])
    wrong = np.array([places[1][entry.wrong] for entry in own])
    shared = group_mistakes(
        reader, rows, wrong, chance=mistaken.chance, labels=mistaken.described, typical=mistaken.typical
    )
    return [
        DisagreementCluster(
            right_in=side,
            words=mistakes.words,
            count=len(mistakes.rows),
            expected=mistakes.expected,
            because_first=_mean([own[row].because_first for row in mistakes.rows]),
            because_second=_mean([own[row].because_second for row in mistakes.rows]),
            examples=tuple(own[row] for row in mistakes.rows[:EXAMPLES]),
        )
        for mistakes in shared
    ]


def _contrast(entry: Disagreement) -> float:
    return abs(sum(entry.because_first.values()) - sum(entry.because_second.values()))


def _named(run: AuditRun, values: Array) -> dict[str, float]:
    names = [*run.tally.groups, "other"]
    return {name: float(value) for name, value in zip(names, values, strict=True)}


def _mean(entries: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([entry[name] for entry in entries])) for name in entries[0]}
