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
            help="Also learn which changes would make or break a match, and how surely, from edits of "
            "rendered persons; takes minutes."
        ),
    ] = False,
    workers: Workers = 0,
    seed: Annotated[int, number("seed", "Seed of the draw of queries and candidates.")] = 0,
    device: Device = "auto",
) -> None:
    """Learn how probable it is that two images show one person.

    It is learnt from distances, contributions and attributes of training persons.

    The model is kept in the interpreter's folder; 'attrimeter evaluate --reweight' ranks with it.
    """
    from attrimeter.cli.progress import progress_bars
    from attrimeter.cli.terminal import say
    from attrimeter.workflows import calibrating

    if not changes:
        refuse_given({"--workers": workers or None}, "is about the renderings of --changes; give both")
    with progress_bars() as make:
        done = calibrating.calibrate(
            interpreter,
            data,
            target=target,
            weights=weights,
            schema=schema,
            attributes=attributes,
            layout=layout,
            cameras=camera_numbers(cameras),
            cache=cache,
            changes=changes,
            workers=workers,
            seed=seed,
            device=device,
            progress=make,
        )
    say(f"Calibrated on {done.persons} training persons of {done.data}.")
    say(f"Next: attrimeter evaluate {interpreter} {data} --reweight")
