"""``attrimeter calibrate``: the model of "the same person" for a fitted interpreter."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.options import (
    Attributes,
    Cameras,
    Device,
    FittedFolder,
    Layout,
    MapCacheFolder,
    MovedTarget,
    MovedWeights,
    Schema,
    Workers,
    camera_numbers,
    number,
    refuse_given,
)


def calibrate(
    interpreter: FittedFolder,
    data: Annotated[Path, typer.Argument(help="A labelled data set; its training identities are used.")],
    target: MovedTarget = None,
    weights: MovedWeights = None,
    schema: Schema = None,
    attributes: Attributes = None,
    layout: Layout = None,
    cameras: Cameras = None,
    cache: MapCacheFolder = None,
    changes: Annotated[
        bool,
        typer.Option(
            help="Also learn, from edits of rendered persons, what would turn a match and how sure that is; "
            "takes minutes."
        ),
    ] = False,
    workers: Workers = 0,
    seed: Annotated[int, number("seed", "Of the queries and candidates that are drawn.")] = 0,
    device: Device = "auto",
) -> None:
    """Learn from training persons what distance, ledger and attributes say of two images being one person.

    The model is kept in the interpreter's folder; 'attrimeter evaluate --reweight' ranks with it.
    """
    from attrimeter.benchmarking.changes.calibration import add_changes
    from attrimeter.cli.progress import progress_bars
    from attrimeter.cli.terminal import say
    from attrimeter.cli.understood import tell_understood
    from attrimeter.evaluating.calibration import calibrate_interpreter
    from attrimeter.fitting.same_person import SamePersonSettings
    from attrimeter.storage import lock_folder
    from attrimeter.workflows.domains import open_for_interpreter
    from attrimeter.workflows.opening import open_fitted_target, open_interpreter

    if not changes:
        refuse_given({"--workers": workers or None}, "is about the renderings of --changes; give both")
    opened_target = open_fitted_target(interpreter, path=target, weights=weights, device=device)
    opened = open_interpreter(interpreter, opened_target, calibrated=False)
    found = open_for_interpreter(
        data,
        opened,
        schema=schema,
        layout=layout,
        attributes=attributes,
        cameras=camera_numbers(cameras),
    )
    tell_understood(found.dataset)
    with lock_folder(interpreter, "its interpreter is being calibrated"), progress_bars() as make:
        model = calibrate_interpreter(
            opened,
            opened_target,
            found.dataset,
            folder=interpreter,
            settings=SamePersonSettings(seed=seed),
            cache=cache,
            progress=make("reading"),
        )
        if changes:
            opened.same_person = model
            add_changes(
                interpreter, opened_target, opened, cache=cache, workers=workers or None, progress=make
            )
    facts = model.facts
    say(f"Calibrated on {facts['persons']} training persons of {facts['data']}.")
    say(f"Next: attrimeter evaluate {interpreter} {data} --reweight")
