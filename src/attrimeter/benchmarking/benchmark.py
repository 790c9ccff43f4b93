"""The edit-verified benchmark: explainers against measured truth (docs/method.md#truth-by-edits)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from attrimeter.benchmarking.curves import PairCurves
from attrimeter.benchmarking.edit_renders import check_kinds
from attrimeter.benchmarking.explainers import (
    Explainer,
    InterpreterExplainer,
    MeasuredAgain,
    baseline_explainers,
    foreign_explainers,
)
from attrimeter.benchmarking.scoring import Scorer
from attrimeter.benchmarking.store import load_or_measure
from attrimeter.benchmarking.true_shares import average_true_shares
from attrimeter.caching.folders import cache_folder
from attrimeter.errors import SettingsError
from attrimeter.interpreter import Interpreter
from attrimeter.metrics.bootstrap import bootstrap_mean
from attrimeter.progress import StepProgress, silent
from attrimeter.ranges import check_number
from attrimeter.synthesis import KINDS
from attrimeter.synthesis.scenes import STANDARD
from attrimeter.targets import Target
from attrimeter.values import Attribution, Benchmark, ExplainerScores, MeasuredPairs, Score
from attrimeter.values.benchmark import BenchmarkRun
from attrimeter.values.trust import TrustCard

CEILING_DISTURBANCE = 0
"""Which other background, occluder and noise the truth is measured under a second time."""


USUAL, ALL = EXPLAINERS = ("usual", "all")
"""Which explainers a benchmark has beside interpreters."""


def run_benchmark(
    target: Target,
    interpreters: Sequence[tuple[str, Interpreter]],
    *,
    pairs: Mapping[str, int],
    seed: int = 0,
    cache: str | os.PathLike[str] | None = None,
    scene: str = STANDARD,
    progress: StepProgress | None = None,
    ceiling: bool = False,
    explainers: str = USUAL,
    samples: int = 1000,
    workers: int | None = None,
) -> BenchmarkRun:
    """Measure what every attribute edit truly does to a target's distances, and score explainers against it.

    The lines are, in this order: the interpreters; each distilled one once more, with the labels of which
    groups differ; the baselines; the ceiling. The average shares that one of the baselines knows come from
    other pairs, made for training. True values are kept in the cache, so that a second run is quick.

    Args:
        target: whose distances are explained.
        interpreters: of that target, with their names in tables; may be empty.
        pairs: how many of each kind of ``synthesis.KINDS``.
        seed: of the persons and views, of all explainers that draw at random, and of the bootstrap.
        cache: folder of the measured pairs; None takes the user's own.
        scene: of the persons and views, also of the pairs that the average shares come from.
        progress: called with the name of every step, and how far it is.
        ceiling: also measure the truth of the same pairs a second time, before another background and with
            another occluder and noise, and score it like an explainer.
        explainers: "usual", or "all" with those that others wrote (extra ``explainers``) after the baselines.
        samples: of the bootstrap over identities.
        workers: processes that render; None takes all cores. Their number does not change the result.

    Raises:
        SettingsError: no pairs, an unknown kind, scene or choice of explainers, explainers whose packages are
            not installed, or two interpreters of one name.
        InterpreterError: one of another target, or whose schema lacks a group that rendered persons have.
        LedgerError: contributions do not add up.
        StorageError: the cache cannot be written.
    """
    counts = {kind: count for kind, count in pairs.items() if count}
    lines = _plan_interpreters(interpreters)
    _check_request(target, counts, lines, workers)
    if explainers not in EXPLAINERS:
        raise SettingsError(f"There are no {explainers!r} explainers; choose {' or '.join(EXPLAINERS)}.")
    foreign = foreign_explainers(target) if explainers == ALL else []
    steps, folder = progress or silent, cache_folder(cache)
    measure = partial(
        load_or_measure, target, kinds=counts, seed=seed, cache=folder, scene=scene, workers=workers
    )
    truth, seconds = measure(progress=steps("truth"))
    shares = average_true_shares(target, cache=cache, scene=scene, workers=workers, progress=progress)
    lines += [_Line(baseline) for baseline in baseline_explainers(target, shares=shares, seed=seed)]
    lines += [_Line(each) for each in foreign]
    if ceiling:
        again, _ = measure(disturb=CEILING_DISTURBANCE, progress=steps("truth, again"))
        lines.append(_Line(MeasuredAgain(again), ceiling=True))
    scorer = Scorer(target, truth, samples=samples, seed=seed)
    random = scorer.draw_random_curves()
    tell = steps("explainers")
    attributions, scores = [], []
    for done, line in enumerate(lines, start=1):
        attributions.append(line.explainer.explain(truth))
        scores.append(_score_line(scorer, line, attributions[-1], random))
        tell(done, len(lines))
    benchmark = Benchmark(
        target=target.profile.name,
        target_fingerprint=target.fingerprint,
        seed=seed,
        pairs={kind: counts[kind] for kind in KINDS if kind in counts},
        other_share=_other_shares(truth, samples=samples, seed=seed),
        true_shares={group: found.true_share for group, found in scores[0].groups.items()},
        explainers=tuple(scores),
        seconds=seconds,
        notes=_notes(scores, scene),
    )
    return BenchmarkRun(benchmark, truth, tuple(attributions))


@dataclass(frozen=True)
class _Line:
    """A line of the table to be: who explains, what it is, and its trust card if it carries one."""

    explainer: Explainer
    interpreter: bool = False
    ceiling: bool = False
    card: TrustCard | None = None


def _plan_interpreters(interpreters: Sequence[tuple[str, Interpreter]]) -> list[_Line]:
    """The interpreters, then those without signs (distilled) with the labels of which groups differ."""
    lines = [
        _Line(InterpreterExplainer(interpreter, name), interpreter=True, card=interpreter.facts.trust)
        for name, interpreter in interpreters
    ]
    return lines + [
        _Line(InterpreterExplainer(interpreter, name, differing_only=True))
        for name, interpreter in interpreters
        if not interpreter.form.is_signed
    ]


def _check_request(
    target: Target, counts: Mapping[str, int], lines: Sequence[_Line], workers: int | None
) -> None:
    """What can be known to be wrong before anything is measured; raises as :func:`run_benchmark`."""
    if not counts:
        raise SettingsError(f"No pairs were asked for; give some of the kinds {', '.join(KINDS)}.")
    check_kinds(counts)
    if workers is not None:
        check_number("workers", workers)
    names = [line.explainer.name for line in lines]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SettingsError(f"Two interpreters are called {twice[0]!r}; give each a name of its own.")
    for line in lines:
        if isinstance(line.explainer, InterpreterExplainer):
            line.explainer.check_fits(target_fingerprint=target.fingerprint)


def _score_line(
    scorer: Scorer, line: _Line, attribution: Attribution, random: PairCurves | None
) -> ExplainerScores:
    return ExplainerScores(
        name=attribution.explainer,
        uses_labels=attribution.uses_labels,
        kinds=scorer.score_kinds(attribution),
        groups=scorer.score_groups(attribution),
        maps=scorer.score_maps(attribution),
        curves=scorer.score_curves(attribution, random),
        milliseconds=1000 * attribution.seconds,
        interpreter=line.interpreter,
        ceiling=line.ceiling,
        coverage={} if line.card is None else scorer.score_coverage(attribution, line.card),
    )


def _other_shares(truth: MeasuredPairs, *, samples: int, seed: int) -> dict[str, Score]:
    """Kind -> mean D^2(none) / D^2; pairs at distance 0 are left out."""
    shares = truth.none / np.where(truth.total > 0, truth.total, np.nan)
    found = {}
    for kind in KINDS:
        rows = truth.kinds == kind
        if rows.any():
            found[kind] = bootstrap_mean(shares[rows], truth.identities[rows], samples=samples, seed=seed)
    return found


def _notes(scores: Sequence[ExplainerScores], scene: str) -> tuple[str, ...]:
    notes = [
        "An explainer sees two pictures; the truth is a mean over all edits between two known persons. What "
        "a picture does not show can only be guessed."
    ]
    if scene != STANDARD:
        notes.append(f"Persons and views are of the scene “{scene}”.")
    notes += [
        f"“{line.name}” is no explainer: it says how far two measurements of the truth lie apart."
        for line in scores
        if line.ceiling
    ]
    return tuple(notes)
