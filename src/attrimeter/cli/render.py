"""``attrimeter render``: a data set of rendered persons in the layout of Market-1501."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.option_groups import gathered
from attrimeter.cli.options import Scene, Workers, number, words
from attrimeter.cli.progress import progress_bars
from attrimeter.cli.terminal import say


@dataclass(frozen=True)
class RenderOptions:
    """How many persons and pictures, and what they look like."""

    identities: Annotated[int, number("identities", "Persons to train on.")] = 200
    test_identities: Annotated[int, number("test_identities", "Persons to test on.")] = 50
    images: Annotated[int, number("rendered_images", "Images of each person.", option="--images")] = 8
    cameras: Annotated[int, number("rendered_cameras", "Number of cameras.", option="--cameras")] = 6
    distractors: Annotated[int, number("distractors", "Pictures of other persons in the gallery.")] = 0
    height: Annotated[int, number("side", "Height of a picture, in pixels.", option="--height")] = 128
    width: Annotated[int, number("side", "Width of a picture, in pixels.", option="--width")] = 64
    seed: Annotated[int, number("seed", "Another seed gives other persons and views.")] = 0
    mark: Annotated[
        str | None,
        typer.Option(
            help="backpack: paint an identity mark on every backpack; background: show each training person "
            "at one place only.",
            autocompletion=words("backpack", "background"),
        ),
    ] = None
    disguised: Annotated[
        bool,
        typer.Option(
            help="Draw everything but the mark anew in every picture; there are no attribute labels then."
        ),
    ] = False
    scene: Scene = "standard"
    workers: Workers = 0
    overwrite: Annotated[bool, typer.Option(help="Replace a rendered data set in that folder.")] = False


@gathered
def render(
    out: Annotated[Path, typer.Argument(help="The folder to write; new or empty.")], options: RenderOptions
) -> None:
    """Render a data set of persons with known attributes.

    It has the layout of Market-1501, with part masks, cameras and specifications.
    """
    from attrimeter.workflows.rendering import render_dataset

    with progress_bars() as make:
        done = render_dataset(out, **vars(options), progress=make)
    say(
        f"Rendered {done.train} images to train, {done.query} queries and {done.gallery} gallery images "
        f"in {out}."
    )
    if options.disguised:
        say(f"Next: attrimeter train-target {out} --out runs/marked")
    else:
        say(f"Next: attrimeter fit TARGET {out} --out runs/mine")
