"""Sanity checks of an interpreter: it must fail where it cannot know, and agree with its own kind."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float

from attrimeter.arrays import Array
from attrimeter.benchmarking.explainers import Explainer, GroupAverage, InterpreterExplainer, transplant
from attrimeter.benchmarking.explainers.transplant import SharesElsewhere
from attrimeter.benchmarking.store import load_or_measure
from attrimeter.benchmarking.true_shares import average_true_shares
from attrimeter.caching.folders import cache_folder
from attrimeter.errors import SettingsError
from attrimeter.interpreter import Interpreter
from attrimeter.metrics.agreement import score_agreement
from attrimeter.metrics.bootstrap import bootstrap_mean
from attrimeter.metrics.rank_correlation import rank_correlations
from attrimeter.progress import StepProgress, silent
from attrimeter.targets import Target
from attrimeter.targets.shuffling import shuffle_weights
from attrimeter.values import MeasuredPairs, Score
from attrimeter.values.sanity import Agreement, SanityFindings

SCORED = "many"
"""The kind of pairs that every figure is taken over."""


def check_sanity(
    target: Target,
    interpreter: Interpreter,
    *,
    other_target: Target | None = None,
    other_seeds: Sequence[Interpreter] = (),
    shuffled: Interpreter | None = None,
    pairs: Mapping[str, int],
    seed: int = 0,
    cache: str | os.PathLike[str] | None = None,
    progress: StepProgress | None = None,
    samples: int = 1000,
    workers: int | None = None,
) -> SanityFindings:
    """Put an interpreter where it must fail, and beside others of its kind.

    - Beside another target, on pairs measured on that target, its relative error must at least double.
    - Beside its target with all weights shuffled, its shares of the distance must agree with the truth of
      the unshuffled target no better than the group average does.
    - An interpreter fitted with shuffled labels must agree no better than that, either.
    - Interpreters from other seeds must rank the contributions of a pair alike.

    Args:
        target, interpreter: the interpreter is the target's own.
        other_target: of the same architecture.
        other_seeds: fitted like ``interpreter``, from other seeds.
        shuffled: fitted like it, with shuffled labels.
        pairs: how many of each kind; only those that differ in many groups are scored. With the counts of
            a benchmark its measured pairs are taken from the cache.
        seed: of the persons and views, of the shuffling, and of the bootstrap.
        cache, progress, samples, workers: as for :func:`attrimeter.benchmarking.benchmark.run_benchmark`.

    Raises:
        SettingsError: no pairs with many differences, or an unknown kind.
        InterpreterError: an interpreter of another target or schema, or another target of another shape.
        StorageError: the cache cannot be written.
    """
    if not pairs.get(SCORED):
        raise SettingsError(f"No {SCORED!r} pairs were asked for; sanity is checked on nothing else.")
    alike = [InterpreterExplainer(one, f"seed {row}") for row, one in enumerate((interpreter, *other_seeds))]
    foiled = None if shuffled is None else InterpreterExplainer(shuffled, "shuffled labels")
    for explainer in (*alike, *([] if foiled is None else [foiled])):
        explainer.check_fits(target_fingerprint=target.fingerprint)
    moved = None if other_target is None else InterpreterExplainer(transplant(interpreter, other_target))
    run = _Run(seed, cache, progress, samples, workers)
    truth, average = run.measure(target, pairs, "truth")
    attributions = [explainer.explain(truth).contributions for explainer in alike]
    mixed = SharesElsewhere(interpreter, shuffle_weights(target, seed=seed), "shuffled weights")
    beside = beside_average = None
    if moved is not None and other_target is not None:
        foreign, foreign_average = run.measure(other_target, {SCORED: pairs[SCORED]}, "other target")
        beside, beside_average = run.score(moved, foreign), run.score(foreign_average, foreign)
    return SanityFindings(
        target=target.profile.name,
        target_fingerprint=target.fingerprint,
        seed=seed,
        pairs=len(truth),
        own=run.agreement(attributions[0], truth),
        average=run.score(average, truth),
        other_target=beside,
        other_average=beside_average,
        shuffled_weights=run.score(mixed, truth),
        shuffled_labels=None if foiled is None else run.score(foiled, truth),
        seeds=run.correlate(attributions, truth) if other_seeds else None,
        interpreters=len(attributions),
    )


@dataclass(frozen=True)
class _Run:
    """What all measurements and scores of one run share."""

    seed: int
    cache: str | os.PathLike[str] | None
    progress: StepProgress | None
    samples: int
    workers: int | None

    def measure(
        self, target: Target, pairs: Mapping[str, int], step: str
    ) -> tuple[MeasuredPairs, GroupAverage]:
        """A target's measured pairs with many differences, and what its groups carry on average."""
        measured, _ = load_or_measure(
            target,
            kinds=pairs,
            seed=self.seed,
            cache=cache_folder(self.cache),
            workers=self.workers,
            progress=(self.progress or silent)(step),
        )
        shares = average_true_shares(target, cache=self.cache, workers=self.workers, progress=self.progress)
        return measured.take(measured.kinds == SCORED), GroupAverage(shares)

    def score(self, explainer: Explainer, truth: MeasuredPairs) -> Agreement:
        return self.agreement(explainer.explain(truth).contributions, truth)

    def agreement(self, contributions: Float[Array, "n groups"], truth: MeasuredPairs) -> Agreement:
        scores = score_agreement(
            contributions,
            truth.truth,
            truth.differs,
            truth.total,
            truth.identities,
            samples=self.samples,
            seed=self.seed,
        )
        return Agreement(scores.spearman, scores.relative_error)

    def correlate(self, attributions: Sequence[Float[Array, "n groups"]], truth: MeasuredPairs) -> Score:
        """Rank correlation over the groups that differ, of each pair the mean over all couples."""
        couples = [rank_correlations(a, b, truth.differs) for a, b in combinations(attributions, 2)]
        return bootstrap_mean(
            np.mean(couples, axis=0), truth.identities, samples=self.samples, seed=self.seed
        )
