"""``attrimeter render``: a data set of rendered persons in the layout of Market-1501."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer


def render(
    out: Annotated[Path, typer.Argument(help="The folder to write; new or empty.")],
    identities: Annotated[int, typer.Option(help="Persons to train on.")] = 200,
    test_identities: Annotated[int, typer.Option(help="Persons to test on.")] = 50,
    images: Annotated[int, typer.Option(help="Images of each person, at least 4.")] = 8,
    cameras: Annotated[int, typer.Option(help="How many cameras, 2 to 6.")] = 6,
    distractors: Annotated[int, typer.Option(help="Pictures of other persons in the gallery.")] = 0,
    height: Annotated[int, typer.Option(help="Of a picture, in pixels.")] = 128,
    width: Annotated[int, typer.Option(help="Of a picture, in pixels.")] = 64,
    seed: Annotated[int, typer.Option(help="Another seed gives other persons and views.")] = 0,
    mark: Annotated[
        str | None,
        typer.Option(
            help="backpack: paint an identity mark on every backpack; background: show everyone to train "
            "at one place alone."
        ),
    ] = None,
    disguised: Annotated[
        bool,
        typer.Option(
            help="Draw all but the backpack (or what is marked) anew for every picture; no attribute labels."
        ),
    ] = False,
    look: Annotated[
        str, typer.Option(help="standard, or night: lamp light, other colours and other bodies.")
    ] = "standard",
    workers: Annotated[
        int, typer.Option(help="Processes; 0 means one per core. The result is the same.")
    ] = 0,
    overwrite: Annotated[bool, typer.Option(help="Replace a rendered data set in that folder.")] = False,
) -> None:
    """Render persons with known attributes, part masks, cameras and specifications."""
    from attrimeter.cli.progress import progress_bars
    from attrimeter.workflows.rendering import render_dataset

    with progress_bars() as make:
        done = render_dataset(
            out,
            identities=identities,
            test_identities=test_identities,
            images_per_identity=images,
            cameras=cameras,
            distractors=distractors,
            seed=seed,
            mark=mark,
            disguised=disguised,
            look=look,
            size=(height, width),
            workers=workers or os.cpu_count() or 1,
            overwrite=overwrite,
            progress=make("rendering"),
        )
    typer.echo(
        f"Rendered {done.train} images to train, {done.query} queries and {done.gallery} gallery images "
        f"in {out}."
    )
    if disguised:
        typer.echo(f"Next: attrimeter train-target {out} --out runs/marked")
    else:
        typer.echo(f"Next: attrimeter fit TARGET {out} --out runs/mine")
