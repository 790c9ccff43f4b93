"""``attrimeter calibrate``: the model of "the same person" for a fitted interpreter."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def calibrate(
    interpreter: Annotated[Path, typer.Argument(help="The folder that 'attrimeter fit' wrote.")],
    data: Annotated[Path, typer.Argument(help="A labelled data set; its training identities are used.")],
    target: Annotated[
        Path | None,
        typer.Option(
            help="The target's checkpoint, if it has moved; or the package.module:function of yours."
        ),
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="Weights for a target of your own code, if they have moved.")
    ] = None,
    attributes: Annotated[
        Path | None, typer.Option(help="The attribute file, if not beside the data.")
    ] = None,
    layout: Annotated[str | None, typer.Option(help="The data set's layout, if not recognised.")] = None,
    cache: Annotated[Path | None, typer.Option(help="Folder of the map cache.")] = None,
    seed: Annotated[int, typer.Option(help="Of the queries and candidates that are drawn.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
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
