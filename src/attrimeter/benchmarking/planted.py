"""Planted targets: of each it is known what it relies on, so every attribution of it can be found out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from jaxtyping import Float

from attrimeter.arrays import Array
from attrimeter.benchmarking.explainers import Explainer, GroupAverage, InterpreterExplainer, LabelOnly
from attrimeter.benchmarking.hue_pairs import plan_hue_pairs
from attrimeter.benchmarking.measuring import measure_tables, pairs_of
from attrimeter.benchmarking.plants import CASES, PLANTS, PURE_HUE, Plant
from attrimeter.benchmarking.store import load_or_measure
from attrimeter.benchmarking.true_shares import average_true_shares
from attrimeter.caching.folders import cache_folder
from attrimeter.errors import SettingsError
from attrimeter.interpreter import Interpreter
from attrimeter.progress import StepProgress, silent
from attrimeter.targets import Target
from attrimeter.values import MeasuredPairs, Score
from attrimeter.values.planted import PlantedFinding, PlantedLine

HUE_PAIRS = 120
"""The most pairs that differ in hue alone."""


@dataclass(frozen=True)
class PlantedCase:
    """A planted target and who explains it.

    Attributes:
        name: one of CASES.
        target: the planted target.
        interpreters: fitted on it, with their names in tables.
        reference: a target with nothing planted, for "hue" one that sees colours; or None.
    """

    name: str
    target: Target
    interpreters: Sequence[tuple[str, Interpreter]] = ()
    reference: Target | None = None


def check_planted(
    cases: Sequence[PlantedCase],
    *,
    pairs: int,
    seed: int = 0,
    cache: str | os.PathLike[str] | None = None,
    progress: StepProgress | None = None,
    samples: int = 1000,
    workers: int | None = None,
) -> tuple[PlantedFinding, ...]:
    """Compare what explainers say of planted targets with what is known, and with what was measured.

    The explainers of every target are its interpreters, the label-only attribution and the group average.

    - "head", "lower": hat and hair, or lower colour, length and type, carry nothing.
    - "hue": the colours carry what was measured. Between persons at random that is not little, since
      brightness and pattern count as colour; so the same is asked of pairs that differ in hue alone.
    - "marked": the backpack leads in every pair in which it differs.

    Args:
        cases: in the order of the findings.
        pairs: with many differences, of each target; at most 120 with hue alone.
        seed: of the persons and views, and of the bootstrap.
        cache, progress, samples, workers: as for :func:`attrimeter.benchmarking.benchmark.run_benchmark`.

    Returns:
        A finding for each case; "hue" has "pure hue" after it.

    Raises:
        SettingsError: fewer than one pair, or a case that is not known.
        InterpreterError: an interpreter of another target or schema.
        StorageError: the cache cannot be written.
    """
    run = _Run(pairs, seed, cache, progress or silent, samples, workers)
    _check_cases(cases, pairs)
    findings = []
    for case in cases:
        shares = run.average_shares(case.target, PLANTS[case.name].mark, step=case.name)
        explainers = [InterpreterExplainer(one, name) for name, one in case.interpreters]
        lines: list[Explainer] = [*explainers, LabelOnly(), GroupAverage(shares)]
        findings.append(run.find(case, case.name, lines, run.measure_many))
        if case.name == "hue":
            findings.append(run.find(case, PURE_HUE, lines, run.measure_hues))
    return tuple(findings)


def _check_cases(cases: Sequence[PlantedCase], pairs: int) -> None:
    if pairs < 1:
        raise SettingsError(f"{pairs} pairs were asked for; give at least one.")
    for case in cases:
        if case.name not in CASES:
            raise SettingsError(f"There is no planted case {case.name!r}; choose from {', '.join(CASES)}.")
        for name, interpreter in case.interpreters:
            InterpreterExplainer(interpreter, name).check_fits(target_fingerprint=case.target.fingerprint)


@dataclass(frozen=True)
class _Run:
    """What all measurements and shares of one run have in common."""

    pairs: int
    seed: int
    cache: str | os.PathLike[str] | None
    progress: StepProgress
    samples: int
    workers: int | None

    def find(
        self,
        case: PlantedCase,
        name: str,
        explainers: Sequence[Explainer],
        measure: Callable[[Target, Plant, str], MeasuredPairs],
    ) -> PlantedFinding:
        plant = PLANTS[name]
        truth = measure(case.target, plant, name)
        whole = measure(case.reference, plant, f"{name}, reference") if case.reference is not None else None
        finding = PlantedFinding(
            case=name,
            target=case.target.profile.name,
            target_fingerprint=case.target.fingerprint,
            question=plant.question,
            rule=plant.rule,
            bound=plant.bound,
            truth=self.share(plant, truth.truth, truth),
            reference=None if whole is None else self.share(plant, whole.truth, whole),
            lines=(),
            pairs=len(truth),
            seed=self.seed,
        )
        lines = []
        for row, explainer in enumerate(explainers):
            found = self.share(plant, explainer.explain(truth).contributions, truth)
            interpreter, holds = row < len(case.interpreters), finding.holds(found)
            lines.append(PlantedLine(explainer.name, explainer.uses_labels, interpreter, found, holds))
        return replace(finding, lines=tuple(lines))

    def share(self, plant: Plant, contributions: Float[Array, "n groups"], pairs: MeasuredPairs) -> Score:
        return plant.share(contributions, pairs, samples=self.samples, seed=self.seed)

    def measure_many(self, target: Target, plant: Plant, step: str) -> MeasuredPairs:
        """Pairs with many differences; of a marked target those in which the marked group differs."""
        measured, _ = load_or_measure(
            target,
            kinds={"many": self.pairs},
            seed=self.seed,
            cache=cache_folder(self.cache),
            mark=plant.mark,
            workers=self.workers,
            progress=self.progress(f"truth: {step}"),
        )
        if not plant.mark:
            return measured
        measured = measured.take(measured.differs[:, measured.groups.index(plant.groups[0])])
        if not len(measured):
            raise SettingsError(
                f"Among {self.pairs} pairs there is none in which {plant.groups[0]} differs; ask for more."
            )
        return measured

    def measure_hues(self, target: Target, plant: Plant, step: str) -> MeasuredPairs:
        """Pairs that differ in hue alone; so few pictures that they are not kept."""
        plan = plan_hue_pairs(min(self.pairs, HUE_PAIRS), seed=self.seed)
        tables = measure_tables(target, plan, workers=self.workers, progress=self.progress(f"truth: {step}"))
        return pairs_of(tables)

    def average_shares(self, target: Target, mark: bool, *, step: str) -> Float[Array, " groups"]:
        return average_true_shares(
            target,
            cache=self.cache,
            mark=mark,
            workers=self.workers,
            progress=lambda name: self.progress(f"{name}: {step}"),
        )
