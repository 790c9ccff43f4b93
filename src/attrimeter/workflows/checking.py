"""Checking explanations where it is known what must come out."""

from __future__ import annotations

import os
from collections.abc import Sequence

from attrimeter.benchmarking import planted, real_images, sanity
from attrimeter.benchmarking.changes import check as change_check
from attrimeter.benchmarking.pair_counts import count_pairs
from attrimeter.benchmarking.planted_folder import open_planted
from attrimeter.caching.map_cache import target_of
from attrimeter.datasets.understanding import say_understood
from attrimeter.errors import InterpreterError
from attrimeter.interpreter import Interpreter
from attrimeter.progress import StepProgress
from attrimeter.schemas import AttributeSchema
from attrimeter.targets import Target
from attrimeter.targets.own_code import is_builder
from attrimeter.values import PersonDataset
from attrimeter.values.changes import ChangeFindings
from attrimeter.values.planted import PlantedFindings
from attrimeter.values.real_edits import RealEditScores
from attrimeter.values.sanity import SanityFindings
from attrimeter.workflows.benchmarking import Fitted, list_interpreters, name_interpreters, open_beside
from attrimeter.workflows.opening import open_dataset, open_interpreter, open_target


def check_sanity(
    interpreter: Interpreter | str | os.PathLike[str],
    *,
    target: Target | str | os.PathLike[str] | None = None,
    weights: str | os.PathLike[str] | None = None,
    other_target: Target | str | os.PathLike[str] | None = None,
    other_seed: Sequence[Fitted] | None = None,
    shuffled: Interpreter | str | os.PathLike[str] | None = None,
    pairs: int = 400,
    quick: bool = False,
    seed: int = 0,
    cache: str | os.PathLike[str] | None = None,
    workers: int = 0,
    device: str = "auto",
    progress: StepProgress | None = None,
) -> SanityFindings:
    """Put an interpreter where it must fail, and see whether it does.

    Args:
        interpreter: fitted: open, or its folder.
        target, weights, device: as for :func:`attrimeter.open_interpreter`.
        other_target: another target of the same architecture: open, or as :func:`attrimeter.open_target`
            names it.
        other_seed: the same interpreter from other seeds.
        shuffled: an interpreter made with ``attrimeter.fit(..., shuffled=True)``.
        pairs, quick, seed, cache, workers, progress: as for :func:`attrimeter.benchmark`.

    Returns:
        What came out of every check, and whether it is as it must be.

    Raises:
        SettingsError, InterpreterError, CheckpointError, StorageError: as :func:`attrimeter.benchmark`.
    """
    counts = count_pairs(pairs, quick=quick)
    fitted = open_interpreter(interpreter, target, weights=weights, device=device)
    own = target_of(fitted)
    if other_target is not None and not isinstance(other_target, Target):
        metric = None if is_builder(other_target) else str(own.metric)
        other_target = open_target(other_target, metric=metric, device=device)
    return sanity.check_sanity(
        own,
        fitted,
        other_target=other_target,
        other_seeds=[open_beside(own, each) for each in other_seed or ()],
        shuffled=None if shuffled is None else open_beside(own, shuffled),
        pairs=counts,
        seed=seed,
        cache=cache,
        workers=workers or None,
        progress=progress,
    )


def check_changes(
    interpreter: Interpreter | str | os.PathLike[str],
    *,
    target: Target | str | os.PathLike[str] | None = None,
    weights: str | os.PathLike[str] | None = None,
    pairs: int = 400,
    quick: bool = False,
    seed: int = 0,
    cache: str | os.PathLike[str] | None = None,
    workers: int = 0,
    device: str = "auto",
    progress: StepProgress | None = None,
) -> ChangeFindings:
    """Make the changes that an interpreter says would turn a match or two ranks, and see whether they do.

    Args:
        interpreter: fitted and calibrated: open, or its folder.
        target, weights, device: as for :func:`attrimeter.open_interpreter`.
        pairs, quick, seed, cache, workers, progress: as for :func:`attrimeter.benchmark`.

    Returns:
        For each question how often the changes that were named did it, beside baselines and the truth.

    Raises:
        InterpreterError: it was not calibrated, or does not predict changes; or as
            :func:`attrimeter.benchmark`.
        SettingsError, CheckpointError, StorageError: as :func:`attrimeter.benchmark`.
    """
    counts = count_pairs(pairs, quick=quick)
    fitted = open_interpreter(interpreter, target, weights=weights, device=device)
    return change_check.check_changes(
        target_of(fitted),
        fitted,
        pairs=counts,
        seed=seed,
        cache=cache,
        workers=workers or None,
        progress=progress,
    )


def check_planted(
    folder: str | os.PathLike[str],
    *,
    pairs: int = 200,
    quick: bool = False,
    seed: int = 0,
    cache: str | os.PathLike[str] | None = None,
    workers: int = 0,
    device: str = "auto",
    progress: StepProgress | None = None,
) -> PlantedFindings:
    """Explain targets that were trained so that it is known what they see.

    Args:
        folder: of planted targets and their interpreters, made with ``recipes/planted-targets.sh``.
        pairs: that each target is measured on.
        quick, seed, cache, workers, device, progress: as for :func:`attrimeter.benchmark`.

    Returns:
        What was found case by case, in ``findings``.

    Raises:
        SettingsError: no such folder, no planted target in it, or a number out of its range.
        InterpreterError, CheckpointError, StorageError: as :func:`attrimeter.benchmark`.
    """
    many = count_pairs(pairs, quick=quick)["many"]
    cases = open_planted(folder, device=device)
    return PlantedFindings(
        planted.check_planted(
            cases, pairs=many, seed=seed, cache=cache, workers=workers or None, progress=progress
        )
    )


def check_photographs(
    interpreters: Fitted | Sequence[Fitted],
    data: PersonDataset | str | os.PathLike[str],
    *,
    target: Target | str | os.PathLike[str] | None = None,
    weights: str | os.PathLike[str] | None = None,
    pairs: int = 150,
    quick: bool = False,
    seed: int = 0,
    schema: str | os.PathLike[str] | AttributeSchema | None = None,
    attributes: str | os.PathLike[str] | None = None,
    layout: str | None = None,
    cache: str | os.PathLike[str] | None = None,
    workers: int = 0,
    device: str = "auto",
    progress: StepProgress | None = None,
) -> RealEditScores:
    """Edit real pictures where an interpreter sees attributes, and see whether it predicts the change.

    Args:
        interpreters: of one target; the first says where: open, or their folders.
        data: a labelled data set with queries and a gallery: open, or where it is.
        schema, attributes, layout: as for :func:`attrimeter.open_dataset`; the schema is by default that of
            the first interpreter.
        target, weights, device: as for :func:`attrimeter.open_interpreter`.
        pairs: of each attribute group that are edited at most.
        quick, seed, cache, workers, progress: as for :func:`attrimeter.benchmark`.

    Returns:
        For each attribute group how the distances changed, and how well that was predicted.

    Raises:
        DatasetError, ImageError: as :func:`attrimeter.open_dataset`; or a picture that cannot be read.
        SettingsError, InterpreterError, CheckpointError, StorageError: as :func:`attrimeter.benchmark`.
    """
    most = count_pairs(pairs, quick=quick)["many"]
    given = list_interpreters(interpreters)
    if not given:
        raise InterpreterError("Photographs are edited where an interpreter sees attributes; give one.")
    first = open_interpreter(given[0], target, weights=weights, device=device)
    opened = [first, *(open_beside(target_of(first), each) for each in given[1:])]
    if schema is None and not isinstance(data, PersonDataset):
        schema = first.schema
    dataset = open_dataset(data, schema=schema, attributes=attributes, layout=layout)
    say_understood(dataset)
    return real_images.edit_real_images(
        target_of(first),
        name_interpreters(given, opened),
        dataset,
        pairs=most,
        seed=seed,
        cache=cache,
        workers=workers or None,
        progress=progress,
    )
