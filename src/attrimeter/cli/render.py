"""``attrimeter render``: a data set of rendered persons in the layout of Market-1501."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.completion import words
from attrimeter.cli.options import Scene, Workers, number


def render(
    out: Annotated[Path, typer.Argument(help="The folder to write; new or empty.")],
    identities: Annotated[int, number("identities", "Persons to train on.")] = 200,
    test_identities: Annotated[int, number("test_identities", "Persons to test on.")] = 50,
    images: Annotated[int, number("rendered_images", "Images of each person.", option="--images")] = 8,
    cameras: Annotated[int, number("rendered_cameras", "Number of cameras.", option="--cameras")] = 6,
    distractors: Annotated[int, number("distractors", "Pictures of other persons in the gallery.")] = 0,
    height: Annotated[int, number("side", "Height of a picture, in pixels.", option="--height")] = 128,
    width: Annotated[int, number("side", "Width of a picture, in pixels.", option="--width")] = 64,
    seed: Annotated[int, number("seed", "Another seed gives other persons and views.")] = 0,
    mark: Annotated[
        str | None,
        typer.Option(
            help="backpack: paint an identity mark on every backpack; background: show each training person "
            "at one place only.",
            autocompletion=words("backpack", "background"),
        ),
    ] = None,
    disguised: Annotated[
        bool,
        typer.Option(
            help="Draw everything but the mark anew in every picture; there are no attribute labels then."
        ),
    ] = False,
    scene: Scene = "standard",
    workers: Workers = 0,
    overwrite: Annotated[bool, typer.Option(help="Replace a rendered data set in that folder.")] = False,
) -> None:
    """Render a data set of persons with known attributes.

    It has the layout of Market-1501, with part masks, cameras and specifications.
    """
    from attrimeter.cli.progress import progress_bars
    from attrimeter.cli.terminal import say
    from attrimeter.workflows.rendering import render_dataset

    with progress_bars() as make:
        done = render_dataset(
            out,
            identities=identities,
            test_identities=test_identities,
            images=images,
            cameras=cameras,
            distractors=distractors,
            seed=seed,
            mark=mark,
            disguised=disguised,
            scene=scene,
            height=height,
            width=width,
            workers=workers,
            overwrite=overwrite,
            progress=make,
        )
    say(
        f"Rendered {done.train} images to train, {done.query} queries and {done.gallery} gallery images "
        f"in {out}."
    )
    if disguised:
        say(f"Next: attrimeter train-target {out} --out runs/marked")
    else:
        say(f"Next: attrimeter fit TARGET {out} --out runs/mine")
