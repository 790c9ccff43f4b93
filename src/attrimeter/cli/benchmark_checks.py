"""The checks of ``attrimeter benchmark``: planted targets, sanity, and counterfactual answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrimeter.cli.options import refuse_given
from attrimeter.errors import SettingsError

if TYPE_CHECKING:
    from attrimeter.cli.written import Outputs
    from attrimeter.targets import Target

PLANTED_PAIRS = 200
"""Pairs with many differences that each planted target is measured on at most."""


@dataclass(frozen=True)
class CheckOptions:
    """What all that the command does has in common.

    Attributes:
        counts: kind -> pairs.
        seed, cache, workers, device: as the command has them; no workers means one per core.
        outputs: where the files go.
    """

    counts: Mapping[str, int]
    seed: int
    cache: Path | None
    workers: int | None
    device: str
    outputs: Outputs


def run_planted(folder: Path, options: CheckOptions) -> None:
    """Check the accounts of all planted targets in a folder, and print them."""
    from attrimeter.benchmarking.planted import check_planted
    from attrimeter.cli.progress import progress_bars
    from attrimeter.figures.checks.planted_json import planted_to_json
    from attrimeter.figures.checks.planted_text import planted_text
    from attrimeter.workflows.planted_folder import open_planted

    cases = open_planted(folder, device=options.device)
    with progress_bars() as make:
        findings = check_planted(
            cases,
            pairs=min(options.counts["many"], PLANTED_PAIRS),
            seed=options.seed,
            cache=options.cache,
            workers=options.workers,
            progress=make,
        )
    options.outputs.deliver(findings, text=planted_text, document=planted_to_json)


def run_sanity(
    target: Target,
    folders: Sequence[Path],
    options: CheckOptions,
    *,
    other_target: Target | None,
    other_seeds: Sequence[Path],
    shuffled: Path | None,
) -> None:
    """Check the sanity of one interpreter, and print what came out.

    Raises SettingsError unless there is exactly one.
    """
    from attrimeter.benchmarking.sanity import check_sanity
    from attrimeter.cli.progress import progress_bars
    from attrimeter.figures.checks.sanity_json import sanity_to_json
    from attrimeter.figures.checks.sanity_text import sanity_text
    from attrimeter.workflows.opening import open_interpreter

    if len(folders) != 1:
        raise SettingsError(
            f"--sanity checks one interpreter and was given {len(folders)}; name its folder after the target."
        )
    interpreter, *alike = (open_interpreter(folder, target) for folder in (*folders, *other_seeds))
    foiled = None if shuffled is None else open_interpreter(shuffled, target)
    with progress_bars() as make:
        findings = check_sanity(
            target,
            interpreter,
            other_target=other_target,
            other_seeds=alike,
            shuffled=foiled,
            pairs=options.counts,
            seed=options.seed,
            cache=options.cache,
            workers=options.workers,
            progress=make,
        )
    options.outputs.deliver(findings, text=sanity_text, document=sanity_to_json)


def run_changes(target: Target, folders: Sequence[Path], options: CheckOptions) -> None:
    """Check the counterfactual answers of one interpreter by doing the edits, and print what came out.

    Raises SettingsError unless there is exactly one.
    """
    from attrimeter.benchmarking.changes.check import check_changes
    from attrimeter.cli.progress import progress_bars
    from attrimeter.figures.checks.changes_json import changes_to_json
    from attrimeter.figures.checks.changes_text import changes_text
    from attrimeter.workflows.opening import open_interpreter

    if len(folders) != 1:
        raise SettingsError(
            f"--changes checks one interpreter and was given {len(folders)}; name it after the target."
        )
    interpreter = open_interpreter(folders[0], target)
    with progress_bars() as make:
        findings = check_changes(
            target,
            interpreter,
            pairs=options.counts,
            seed=options.seed,
            cache=options.cache,
            workers=options.workers,
            progress=make,
        )
    options.outputs.deliver(findings, text=changes_text, document=changes_to_json)


def refuse_mixture(
    *,
    sanity: bool,
    planted: bool,
    changes: bool = False,
    sanity_options: Mapping[str, Any],
    table_options: Mapping[str, Any],
    data_options: Mapping[str, Any] | None = None,
    target_options: Mapping[str, Any] | None = None,
    arguments: Sequence[str],
) -> None:
    """Raise SettingsError, naming what was given, where things were asked for that do not go together.

    Args:
        sanity, planted, changes: which checks were asked for.
        sanity_options, table_options: options of the sanity checks, and of the benchmark's tables alone.
        data_options, target_options: options of what --data names, and of the target.
        arguments: the target and the interpreters.
    """
    if sanity and changes:
        raise SettingsError("--sanity and --changes are two checks; ask for one at a time.")
    if planted and (arguments or sanity or changes):
        given = "--sanity" if sanity else "--changes" if changes else arguments[0]
        raise SettingsError(f"--planted opens the targets of its own folder; leave out {given}.")
    if not sanity:
        refuse_given(sanity_options, "is for --sanity; give both")
    if sanity or planted or changes:
        check = "--sanity" if sanity else "--changes" if changes else "--planted"
        refuse_given(table_options, f"is not for {check}, which draws tables of its own; run it apart")
    if table_options.get("--data") is None:
        refuse_given(data_options or {}, "is about the pictures of --data, and there are none; name them")
    if planted:
        refuse_given(
            target_options or {},
            "is for a target of yours, and --planted opens those of its folder; run it apart",
        )
