"""Learning the model of "the same person" for a fitted interpreter."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from attrimeter.benchmarking.changes.calibration import add_changes
from attrimeter.caching.map_cache import target_of
from attrimeter.datasets.understanding import say_understood
from attrimeter.evaluating.calibration import calibrate_interpreter
from attrimeter.explaining.changes.forecast import check_predicts
from attrimeter.fitting.same_person import SamePersonSettings
from attrimeter.progress import StepProgress, silent
from attrimeter.schemas import AttributeSchema
from attrimeter.storage import lock_folder
from attrimeter.targets import Target
from attrimeter.values import PersonDataset
from attrimeter.values.made import Calibration
from attrimeter.workflows.domains import open_for_interpreter
from attrimeter.workflows.opening import open_interpreter


def calibrate(
    interpreter: str | os.PathLike[str],
    data: PersonDataset | str | os.PathLike[str],
    *,
    target: Target | str | os.PathLike[str] | None = None,
    weights: str | os.PathLike[str] | None = None,
    schema: str | os.PathLike[str] | AttributeSchema | None = None,
    attributes: str | os.PathLike[str] | None = None,
    layout: str | None = None,
    cameras: Sequence[int] | None = None,
    cache: str | os.PathLike[str] | None = None,
    changes: bool = False,
    workers: int = 0,
    seed: int = 0,
    device: str = "auto",
    progress: StepProgress | None = None,
) -> Calibration:
    """Learn from training persons what distance, ledger and attributes say of two images being one person.

    The model is kept in the interpreter's folder: explanations then say how probable one person is, and
    :func:`attrimeter.evaluate` can rank with it.

    Args:
        interpreter: the folder that a fit wrote.
        data: a labelled data set, of which the training identities are used: open, or where it is.
        target, weights, device: as for :func:`attrimeter.open_interpreter`.
        schema, attributes, layout, cameras: as for :func:`attrimeter.open_dataset`; the schema is by default
            that of the layout or the interpreter's own.
        cache: folder of maps and of measured edits; None takes the user's own.
        changes: also learn, from edits of rendered persons, what would turn a match and how sure that is.
        workers: processes that render; 0 takes one for every core. The result is the same.
        seed: of the queries and candidates that are drawn.
        progress: called with the name of every step, and how far it is.

    Returns:
        What was learnt from whom, and where it is kept.

    Raises:
        InterpreterError: as :func:`attrimeter.open_interpreter`; or changes, and a form that does not predict
            them.
        DatasetError: too few labelled training persons, or none seen by two cameras; or as
            :func:`attrimeter.open_dataset`.
        FitError: what was learnt is no longer a number.
        StorageError: the folder cannot be written, or another process writes it.
    """
    steps = progress or silent
    opened = open_interpreter(interpreter, target, weights=weights, device=device, calibrated=False)
    if changes:
        check_predicts(opened)
    found = open_for_interpreter(
        data, opened, schema=schema, layout=layout, attributes=attributes, cameras=cameras
    )
    say_understood(found.dataset)
    with lock_folder(interpreter, "its interpreter is being calibrated"):
        model = calibrate_interpreter(
            opened,
            found.dataset,
            folder=interpreter,
            settings=SamePersonSettings(seed=seed),
            cache=cache,
            progress=steps("reading"),
        )
        if changes:
            opened.same_person = model
            add_changes(
                interpreter, target_of(opened), opened, cache=cache, workers=workers or None, progress=steps
            )
    facts = model.facts
    return Calibration(
        folder=Path(interpreter),
        data=facts["data"],
        persons=facts["persons"],
        match_distance=facts["match_distance"],
        strengths=facts["strengths"],
        changes=changes,
    )
