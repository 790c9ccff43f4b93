"""Checking counterfactual answers by doing the edit on rendered pairs of persons never seen."""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np

from attrimeter.benchmarking.changes.baselines import baseline_answers
from attrimeter.benchmarking.changes.calibration import match_threshold, measure_changes
from attrimeter.benchmarking.changes.cases import ChangeCases, check_askable, make_cases, read_tables
from attrimeter.benchmarking.changes.scoring import (
    answer_cases,
    score_answers,
    true_answers,
    work_probabilities,
)
from attrimeter.benchmarking.measuring import BENCHMARK_STREAM
from attrimeter.benchmarking.store import load_tables
from attrimeter.benchmarking.true_shares import average_true_shares
from attrimeter.caching.folders import cache_folder
from attrimeter.explaining.changes.smallest_sets import MOST
from attrimeter.interpreter import Interpreter
from attrimeter.progress import StepProgress, silent
from attrimeter.synthesis import TWO_VIEWS
from attrimeter.targets import Target
from attrimeter.values.change_answer import ChangeCard
from attrimeter.values.changes import ChangeFindings, ChangeQuestion


def check_changes(
    target: Target,
    interpreter: Interpreter,
    *,
    pairs: Mapping[str, int],
    seed: int = 0,
    cache: str | os.PathLike[str] | None = None,
    samples: int = 1000,
    workers: int | None = None,
    progress: StepProgress | None = None,
) -> ChangeFindings:
    """Ask what would make or break a match and swap two ranks, and do the edits that are named.

    The answers are those that ``attrimeter explain`` would give; where the folder keeps no calibration of
    them yet it is made now, on pairs of its own.

    Args:
        pairs: how many of each kind; those of one view and of one person are left out.
        seed: of the persons and views, the rivals, and the bootstrap.
        samples: of the bootstrap over identities.
        workers: processes that render; None takes all cores.

    Raises:
        InterpreterError: it was not calibrated, or does not predict changes.
        StorageError: the cache cannot be written.
    """
    check_askable(interpreter, target)
    threshold = match_threshold(interpreter)
    steps = progress or silent
    tables, _ = load_tables(
        target,
        kinds={kind: pairs.get(kind, 0) for kind in TWO_VIEWS},
        seed=seed,
        stream=BENCHMARK_STREAM,
        cache=cache_folder(cache),
        workers=workers,
        progress=steps("edits"),
    )
    card = interpreter.facts.changes
    if card is None or not np.isclose(card.threshold, threshold):
        card = measure_changes(target, interpreter, cache=cache, workers=workers, progress=progress)
    shares = average_true_shares(target, cache=cache, workers=workers, progress=progress)
    cases = make_cases(read_tables(interpreter, tables), threshold=threshold, seed=seed)
    return ChangeFindings(
        target=target.profile.name,
        target_fingerprint=target.fingerprint,
        seed=seed,
        threshold=target.metric.from_squared(threshold),
        most=MOST,
        questions=tuple(_ask(each, card, shares, samples=samples, seed=seed) for each in cases.values()),
    )


def _ask(
    cases: ChangeCases, card: ChangeCard, shares: np.ndarray, *, samples: int, seed: int
) -> ChangeQuestion:
    rule = card.rules[cases.turn]
    probabilities = work_probabilities(cases, card.onward if cases.turn == "no match" else card.back)
    answers = answer_cases(cases, probabilities, sure=rule.sure)
    truth = true_answers(cases)
    given = probabilities[np.arange(len(cases)), answers.columns][answers.found]
    lines = [("calibrated", False, answers)]
    lines += baseline_answers(cases, answers, probabilities, shares=shares, seed=seed)
    sizes, counts = np.unique(truth.sets[truth.found].sum(axis=1), return_counts=True)
    return ChangeQuestion(
        turn=cases.turn,
        pairs=len(cases),
        possible=int(truth.found.sum()),
        sizes={int(size): int(count) for size, count in zip(sizes, counts, strict=True)},
        sure=rule.sure,
        promised=float(given.mean()) if len(given) else float("nan"),
        lines=tuple(
            score_answers(cases, each, name=name, uses_labels=uses_labels, samples=samples, seed=seed)
            for name, uses_labels, each in lines
        ),
    )
