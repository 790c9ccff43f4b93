"""``attrimeter calibrate``: the model of "the same person" for a fitted interpreter."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.options import (
    Attributes,
    Device,
    FittedFolder,
    Layout,
    MapCacheFolder,
    MovedTarget,
    MovedWeights,
)


def calibrate(
    interpreter: FittedFolder,
    data: Annotated[Path, typer.Argument(help="A labelled data set; its training identities are used.")],
    target: MovedTarget = None,
    weights: MovedWeights = None,
    attributes: Attributes = None,
    layout: Layout = None,
    cache: MapCacheFolder = None,
    seed: Annotated[int, typer.Option(help="Of the queries and candidates that are drawn.")] = 0,
    device: Device = "auto",
) -> None:
    """Learn from training persons what distance, ledger and attributes say of two images being one person.

    The model is kept in the interpreter's folder; 'attrimeter evaluate --reweight' ranks with it.
    """
    from attrimeter.cli.progress import progress_bars
    from attrimeter.fitting.same_person import SamePersonSettings
    from attrimeter.workflows.calibrating import calibrate_interpreter
    from attrimeter.workflows.opening import open_fitted_target, open_interpreter, open_labelled

    opened_target = open_fitted_target(interpreter, path=target, weights=weights, device=device)
    opened = open_interpreter(interpreter, opened_target)
    dataset, _ = open_labelled(data, schema=opened.schema, layout=layout, attributes=attributes, strict=False)
    with progress_bars() as make:
        model = calibrate_interpreter(
            opened,
            opened_target,
            dataset,
            folder=interpreter,
            settings=SamePersonSettings(seed=seed),
            cache=cache,
            progress=make("reading"),
        )
    facts = model.facts
    typer.echo(f"Calibrated on {facts['persons']} training persons of {facts['data']}.")
    typer.echo(f"Next: attrimeter evaluate {interpreter} {data} --reweight")
