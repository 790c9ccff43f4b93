"""Explainers of a target against measured truth."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

from attrimeter.benchmarking.benchmark import USUAL, run_benchmark
from attrimeter.benchmarking.pair_counts import count_pairs
from attrimeter.interpreter import Interpreter
from attrimeter.progress import StepProgress
from attrimeter.synthesis.scenes import STANDARD
from attrimeter.targets import Target
from attrimeter.values.benchmark import BenchmarkRun
from attrimeter.workflows.opening import open_interpreter, open_target

Fitted = Interpreter | str | os.PathLike[str]


def benchmark(
    target: Target | str | os.PathLike[str],
    interpreters: Fitted | Sequence[Fitted] | None = None,
    *,
    weights: str | os.PathLike[str] | None = None,
    profile: str | None = None,
    metric: str | None = None,
    last_stride: int | None = None,
    input_size: tuple[int, int] | None = None,
    pairs: int = 400,
    quick: bool = False,
    seed: int = 0,
    scene: str = STANDARD,
    ceiling: bool = False,
    explainers: str = USUAL,
    cache: str | os.PathLike[str] | None = None,
    workers: int = 0,
    device: str = "auto",
    progress: StepProgress | None = None,
) -> BenchmarkRun:
    """Measure what each attribute truly adds to distances, and score explainers against it.

    Args:
        target: whose distances are explained: open, or as :func:`attrimeter.open_target` names it.
        interpreters: of that target, to be scored beside the baselines: open, or their folders.
        weights, profile, metric, last_stride, input_size, device: as for :func:`attrimeter.open_target`.
        pairs: rendered pairs with many differences; half as many with few, a quarter each of one person and
            within one view.
        quick: at most 40 pairs, for a first look.
        seed: another one gives other persons and views.
        scene: of the rendered persons: "standard", or "night".
        ceiling: measure the truth a second time, with other views; takes twice the time.
        explainers: "usual", or "all" with those that others wrote (extra ``explainers``).
        cache: folder of the measured pairs; None takes the user's own.
        workers: processes that render; 0 takes one for every core. The result is the same.
        progress: called with the name of every step, and how far it is.

    Returns:
        The scores as ``benchmark``, and what they come from: the pairs and every explainer's attribution.

    Raises:
        SettingsError: a number out of its range, no such scene, or as :func:`attrimeter.open_target`.
        InterpreterError: one of another target, or whose schema lacks a group that rendered persons have.
        CheckpointError: a target that cannot be loaded.
        StorageError: the cache cannot be written.
    """
    counts = count_pairs(pairs, quick=quick)
    opened = open_target(
        target,
        weights=weights,
        profile=profile,
        metric=metric,
        last_stride=last_stride,
        input_size=input_size,
        device=device,
    )
    given = list_interpreters(interpreters)
    return run_benchmark(
        opened,
        name_interpreters(given, [open_beside(opened, each) for each in given]),
        pairs=counts,
        seed=seed,
        cache=cache,
        scene=scene,
        progress=progress,
        ceiling=ceiling,
        explainers=explainers,
        workers=workers or None,
    )


def list_interpreters(interpreters: Fitted | Sequence[Fitted] | None) -> Sequence[Fitted]:
    """One interpreter, several or none as a sequence."""
    if isinstance(interpreters, Interpreter | str | os.PathLike):
        return [interpreters]
    return interpreters or ()


def open_beside(target: Target, interpreter: Fitted) -> Interpreter:
    """An interpreter of that target, opened if it is not. Raises as :func:`open_interpreter`."""
    return interpreter if isinstance(interpreter, Interpreter) else open_interpreter(interpreter, target)


def name_interpreters(
    given: Sequence[Fitted], opened: Sequence[Interpreter]
) -> list[tuple[str, Interpreter]]:
    """Interpreters as they were given, and the same opened: each with the name of its line in tables.

    That is its form; where several have the same, with its folder, or its place where it was open already.
    """
    often = Counter(each.form.name for each in opened)
    named = []
    for place, (source, each) in enumerate(zip(given, opened, strict=True), start=1):
        which = place if isinstance(source, Interpreter) else source
        name = each.form.name if often[each.form.name] == 1 else f"{each.form.name} ({which})"
        named.append((name, each))
    return named
