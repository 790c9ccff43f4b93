"""Learning from rendered edits how to answer what would turn a match, and how sure that is."""

from __future__ import annotations

import os
from collections.abc import Mapping

from attrimeter.arrays import Array
from attrimeter.benchmarking.changes.cases import ChangeCases, check_askable, make_cases, read_tables
from attrimeter.benchmarking.changes.scoring import choose_rule, held_out_probabilities, learn_changes
from attrimeter.benchmarking.store import load_tables
from attrimeter.benchmarking.trust_measuring import CALIBRATION_PAIRS, CALIBRATION_STREAM
from attrimeter.caching.folders import cache_folder
from attrimeter.errors import InterpreterError, SettingsError
from attrimeter.interpreter import Interpreter
from attrimeter.interpreter.facts import Facts
from attrimeter.interpreter.folder import add_facts
from attrimeter.progress import StepProgress, silent
from attrimeter.storage import lock_folder
from attrimeter.targets import Target
from attrimeter.values.change_answer import ChangeCard, Turn


def measure_changes(
    target: Target,
    interpreter: Interpreter,
    *,
    cache: str | os.PathLike[str] | None = None,
    pairs: Mapping[str, int] = CALIBRATION_PAIRS,
    seed: int = 0,
    workers: int | None = None,
    progress: StepProgress | None = None,
) -> ChangeCard:
    """Learn what sets of edits do to D^2, and with how much caution to answer, on rendered pairs.

    They are the pairs of the trust card: neither those of fitting nor those of the benchmark. The caution is
    chosen on answers about couples of persons that the answering model has not seen.

    Args:
        pairs: how many of each kind.
        seed: of the persons and views.
        workers: processes that render; None takes all cores.
        progress: called with the name of the step, and how far it is.

    Raises:
        InterpreterError: it was not calibrated, does not predict changes, or explains other groups.
        SettingsError: none of the pairs can be asked.
        StorageError: the cache cannot be written.
    """
    check_askable(interpreter, target)
    threshold = match_threshold(interpreter)
    tables, _ = load_tables(
        target,
        kinds=pairs,
        seed=seed,
        stream=CALIBRATION_STREAM,
        cache=cache_folder(cache),
        workers=workers,
        progress=(progress or silent)("edits of training persons"),
    )
    cases = make_cases(read_tables(interpreter, tables), threshold=threshold, seed=seed)
    _check_cases(cases)
    back, onward = cases["match"], cases["no match"]
    probabilities: dict[Turn, Array] = {
        "match": held_out_probabilities(back),
        "no match": held_out_probabilities(onward),
        "swap": held_out_probabilities(cases["swap"], back),
    }
    return ChangeCard(
        rules={turn: choose_rule(each, probabilities[turn]) for turn, each in cases.items()},
        back=learn_changes(back),
        onward=learn_changes(onward),
        threshold=threshold,
    )


def add_changes(
    folder: str | os.PathLike[str],
    target: Target,
    interpreter: Interpreter,
    *,
    cache: str | os.PathLike[str] | None = None,
    pairs: Mapping[str, int] = CALIBRATION_PAIRS,
    workers: int | None = None,
    progress: StepProgress | None = None,
) -> ChangeCard:
    """Do so for a calibrated interpreter, and keep it in its facts and in its folder."""
    with lock_folder(folder, "answers to what would change are being calibrated"):
        card = measure_changes(
            target, interpreter, cache=cache, pairs=pairs, workers=workers, progress=progress
        )
        add_facts(folder, interpreter, Facts(changes=card))
    return card


def match_threshold(interpreter: Interpreter) -> float:
    """The squared Euclidean distance up to which a pair is a match. Raises InterpreterError if not known."""
    model = interpreter.same_person
    found = None if model is None else model.facts.get("match_distance")
    if found is None:
        raise InterpreterError(
            "From which distance on two images are a match is not known of this interpreter; find it on "
            "labelled training persons with attrimeter calibrate."
        )
    return interpreter.target.metric.to_squared(float(found))


def _check_cases(cases: Mapping[Turn, ChangeCases]) -> None:
    for turn, each in cases.items():
        if len(set(each.identities.tolist())) < 2:
            raise SettingsError(
                f"Among the rendered pairs are fewer than two that can be asked for {turn!r} at this "
                "threshold; take more pairs."
            )
