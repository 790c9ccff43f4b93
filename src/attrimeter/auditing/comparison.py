"""Two models on one data set, side by side: what each relies on, where they disagree, and why."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from attrimeter.arrays import Array
from attrimeter.auditing.audit import AuditRun, AuditSettings, run_audit, summarise_audit
from attrimeter.auditing.disagreements import cluster_disagreements, list_disagreements
from attrimeter.auditing.reliance import RelianceTally
from attrimeter.interpreter import Interpreter
from attrimeter.metrics import bootstrap_mean
from attrimeter.metrics.bootstrap import bootstrap_contrast, bootstrap_difference
from attrimeter.metrics.rank_correlation import bootstrap_rank_correlation
from attrimeter.values import PersonDataset, Score
from attrimeter.values.comparison import Agreement, Comparison, GroupDifference

Progress = Callable[[int, int], None]

CORRELATED = 2_000
"""Pairs whose distances are compared: ranks are drawn anew for every replicate."""


@dataclass(frozen=True)
class Contestant:
    """One of two models: what to call it, its interpreter, and the data with its labels.

    ``notes`` are what a reader must know of the data beside this interpreter.
    """

    name: str
    interpreter: Interpreter
    data: PersonDataset
    notes: tuple[str, ...] = ()


def compare_models(
    first: Contestant,
    second: Contestant,
    *,
    settings: AuditSettings | None = None,
    cache: str | os.PathLike[str] | None = None,
    progress: Sequence[Progress | None] = (None, None),
) -> Comparison:
    """Everything that ``attrimeter compare`` reports.

    Args:
        first, second: their data are the same pictures; where the schemas differ, the labels do too.
        settings: of both audits.
        progress: one for each, called with (steps done, steps in all).

    Raises:
        DatasetError: as :func:`attrimeter.auditing.audit.audit_model`.
    """
    sides = first, second
    runs = [
        run_audit(side.interpreter, side.data, settings=settings, cache=cache, progress=progress[index])
        for index, side in enumerate(sides)
    ]
    audits = [
        summarise_audit(run, side.data, notes=side.notes) for run, side in zip(runs, sides, strict=True)
    ]
    identities = runs[0].reader.queries.images.identities
    hits = [run.ranked.scores.first_hit for run in runs]
    asked = hits[0] >= 0
    right = [asked & (found == 0) for found in hits]
    names = [list(run.tally.groups) for run in runs]
    common = [name for name in names[0] if name in names[1]]
    differences = [_difference(name, runs, common) for name in common]
    disagreements = list_disagreements(runs)
    return Comparison(
        first=audits[0],
        second=audits[1],
        names=(first.name, second.name),
        both_right=int((right[0] & right[1]).sum()),
        only_first_right=int((right[0] & ~right[1]).sum()),
        only_second_right=int((right[1] & ~right[0]).sum()),
        both_wrong=int((asked & ~right[0] & ~right[1]).sum()),
        rank1=_paired([np.where(asked, 100.0 * found, np.nan) for found in right], identities),
        mean_ap=_paired([100 * run.ranked.scores.average_precision for run in runs], identities),
        agreement=_agreement(runs, common),
        differences=tuple(sorted(differences, key=lambda found: -abs(found.difference.value))),
        other=_difference("other", runs, common),
        only_first_groups=tuple(name for name in names[0] if name not in common),
        only_second_groups=tuple(name for name in names[1] if name not in common),
        disagreements=disagreements,
        reasons=cluster_disagreements(runs, disagreements),
        notes=_notes(sides),
    )


def _paired(values: Sequence[Array], identities: Array) -> Score:
    return bootstrap_mean(values[0] - values[1], identities)


def _difference(name: str, runs: Sequence[AuditRun], common: Sequence[str]) -> GroupDifference:
    level = 1 - 0.05 / (len(common) + 1)
    tallies = [run.tally for run in runs]
    audited = [{group.name: group for group in tally.group_reliance()} for tally in tallies]
    identities = tallies[0].identities
    unknown = Score(float("nan"), float("nan"), float("nan"))
    whole = [tally.ratio("all", name) for tally in tallies]
    effects = [unknown, unknown, unknown]
    shares = [tally.other() for tally in tallies]
    if name in common:
        shares = [groups[name].share for groups in audited]
        parts = [(tally.ratio("apart", name), tally.ratio("alike", name)) for tally in tallies]
        effects = [groups[name].effect for groups in audited]
        (apart, alike), (other_apart, other_alike) = parts
        effects.append(
            bootstrap_contrast(
                (apart, other_alike), (alike, other_apart), identities, level=level, samples=4000
            )
        )
    return GroupDifference(
        name=name,
        first=shares[0],
        second=shares[1],
        difference=bootstrap_difference(whole[0], whole[1], identities, level=level, samples=4000),
        first_effect=effects[0],
        second_effect=effects[1],
        effect_difference=effects[2],
    )


def _agreement(runs: Sequence[AuditRun], common: Sequence[str]) -> Agreement:
    identities = runs[0].reader.queries.images.identities
    one, two = (run.ranked.nearest for run in runs)
    shared = [
        100 * len(set(a[a >= 0]) & set(b[b >= 0])) / max((a >= 0).sum(), 1)
        for a, b in zip(one, two, strict=True)
    ]
    queries, _, parts = runs[0].chance.all()
    _, _, others = runs[1].chance.all()
    owners = identities[queries]
    few = slice(CORRELATED)
    leading = [_leading(run.tally, found, common) for run, found in zip(runs, (parts, others), strict=True)]
    return Agreement(
        same_nearest=bootstrap_mean(
            np.where(one[:, 0] >= 0, 100.0 * (one[:, 0] == two[:, 0]), np.nan), identities
        ),
        shared_nearest=bootstrap_mean(np.array(shared), identities),
        rank_correlation=bootstrap_rank_correlation(
            parts.sum(axis=1)[few], others.sum(axis=1)[few], owners[few]
        ),
        same_group=bootstrap_mean(100.0 * (leading[0] == leading[1]), owners),
    )


def _leading(tally: RelianceTally, parts: Array, common: Sequence[str]) -> Array:
    """Which of the common groups, or *other* (the last), carries the largest contribution of each pair."""
    columns = [*(tally.groups.index(name) for name in common), len(tally.groups)]
    leading: Array = parts[:, columns].argmax(axis=1)
    return leading


def _notes(sides: Sequence[Contestant]) -> tuple[str, ...]:
    one, two = (side.interpreter for side in sides)
    found = []
    if one.schema.name != two.schema.name:
        found.append(
            f"The interpreters have different schemas ({one.schema.name}, {two.schema.name}); only groups "
            "of the same name are compared."
        )
    if one.form is not two.form:
        found.append(
            f"The interpreters have different forms ({one.form.name}, {two.form.name}), which book "
            "distances differently: part of the differences may be theirs and not the models'."
        )
    return tuple(found)
