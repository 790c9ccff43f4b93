"""Options that several commands have, with the same words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.errors import SettingsError

FittedFolder = Annotated[Path, typer.Argument(help="The folder that 'attrimeter fit' wrote.")]

MovedTarget = Annotated[
    Path | None,
    typer.Option(help="The target's checkpoint, if it has moved; or the package.module:function of yours."),
]
MovedWeights = Annotated[
    Path | None, typer.Option(help="Weights for a target of your own code, if they have moved.")
]
OwnWeights = Annotated[Path | None, typer.Option(help="Weights that go into a target of your own code.")]
TargetProfile = Annotated[str | None, typer.Option(help="The target's profile, where it is not clear.")]
TargetMetric = Annotated[
    str | None, typer.Option(help="euclidean or cosine; the profile's own if not given.")
]

Schema = Annotated[str | None, typer.Option(help="Attribute schema: a name or a YAML or TOML file.")]
Attributes = Annotated[Path | None, typer.Option(help="The attribute file, if not beside the data.")]
Layout = Annotated[str | None, typer.Option(help="The data set's layout, if not recognised.")]

Cameras = Annotated[str | None, typer.Option(help="Only images of these cameras, such as 1,2,3.")]

MapCacheFolder = Annotated[Path | None, typer.Option(help="Folder of the map cache.")]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]

ScoresFigure = Annotated[Path | None, typer.Option(help="Draw the scores to this .png or .svg file.")]
ScoresJson = Annotated[Path | None, typer.Option("--json", help="Write the scores as JSON.")]
Candidates = Annotated[
    int, typer.Option(help="Gallery images that the contributions of each query are read against.")
]
Pictures = Annotated[
    bool | None,
    typer.Option(
        help="Whether the page shows the examples as pictures; by default only those of rendered persons."
    ),
]
Page = Annotated[Path | None, typer.Option(help="Write a self-contained .html page.")]


def camera_numbers(text: str | None) -> tuple[int, ...] | None:
    """The numbers of ``--cameras``; None where the option was not given. Raises SettingsError."""
    if text is None:
        return None
    try:
        return tuple(int(number) for number in text.split(","))
    except ValueError:
        raise SettingsError(
            f"--cameras takes numbers with commas between, such as 1,2,3; got {text!r}."
        ) from None
