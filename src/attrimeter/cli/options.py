"""Options that several commands have, with the same words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from attrimeter.cli.completion import names_in, words
from attrimeter.errors import SettingsError
from attrimeter.ranges import LARGEST, RANGES, check_number, read_number, shorten

_DEVICE = re.compile(r"auto|cpu|cuda(:[0-9]{1,3})?")
_SIZE = re.compile(r"([0-9]{1,40})[xX,]([0-9]{1,40})")
_CAMERA = re.compile(r"[0-9]{1,18}")


def number(name: str, text: str, *, option: str | None = None) -> Any:
    """An option that takes a number of the range ``RANGES[name]``, and nothing else.

    Args:
        name: of the range; also the option's name, unless ``option`` is given.
        text: its help.
    """
    called = option or f"--{name.replace('_', '-')}"

    def parse(value: Any) -> int | float:
        if isinstance(value, str):
            return read_number(name, value, called=called)
        check_number(name, value, called=called)
        return value  # type: ignore[no-any-return]

    parse.__name__ = "int" if RANGES[name].whole else "float"  # which the help shows
    return typer.Option(help=f"{text} {_ends(name)}", parser=parse)


def _ends(name: str) -> str:
    low, high = RANGES[name].low, RANGES[name].high
    return f"[{str(RANGES[name]).split('number ')[1]}]" if high < LARGEST else f"[{low:,} or more]"


def _parse_device(text: str) -> str:
    if not _DEVICE.fullmatch(text):
        raise SettingsError(f"The device {text!r} is not known; choose cpu, cuda, cuda:<number> or auto.")
    return text


def _parse_size(text: str) -> tuple[int, int]:
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise SettingsError(
            f"--input-size takes height and width in pixels, such as 256x128; got {shorten(text)}."
        )
    height, width = (int(read_number("input_side", side, called="--input-size")) for side in found.groups())
    return height, width


def parse_cameras(text: str) -> tuple[int, ...]:
    """The numbers of ``--cameras``. Raises SettingsError."""
    words = text.split(",")
    if not all(_CAMERA.fullmatch(word.strip()) for word in words):
        raise SettingsError(
            f"--cameras takes numbers with commas between, such as 1,2,3; got {shorten(text)}."
        )
    return tuple(int(word) for word in words)


FittedFolder = Annotated[Path, typer.Argument(help="The folder that 'attrimeter fit' wrote.")]

MovedTarget = Annotated[
    Path | None,
    typer.Option(help="The target's checkpoint, if it has moved; or the package.module:function of yours."),
]
MovedWeights = Annotated[
    Path | None, typer.Option(help="Weights for a target of your own code, if they have moved.")
]
OwnWeights = Annotated[Path | None, typer.Option(help="Weights that go into a target of your own code.")]
TargetProfile = Annotated[
    str | None,
    typer.Option(
        help="The target's profile, where it is not clear; 'attrimeter targets' lists them.",
        autocompletion=names_in("attrimeter.targets.catalogue:PROFILES"),
    ),
]
TargetMetric = Annotated[
    str | None,
    typer.Option(
        help="euclidean or cosine; the profile's own if not given.",
        autocompletion=words("euclidean", "cosine"),
    ),
]
LastStride = Annotated[
    int | None, number("last_stride", "Last stride of a ResNet, if not the profile's; no tensor shows it.")
]
InputSize = Annotated[
    Any,
    typer.Option(
        help="Size that the target was trained at, such as 256x256, if not the profile's.",
        parser=_parse_size,
        metavar="HEIGHTxWIDTH",
    ),
]

Schema = Annotated[
    str | None,
    typer.Option(
        help="Attribute schema: a name or a YAML or TOML file.",
        autocompletion=names_in("attrimeter.schemas:SCHEMAS"),
    ),
]
Attributes = Annotated[Path | None, typer.Option(help="The attribute file, if not beside the data.")]
Layout = Annotated[
    str | None,
    typer.Option(
        help="The data set's layout, if not recognised.",
        autocompletion=names_in("attrimeter.datasets:LAYOUTS"),
    ),
]

Cameras = Annotated[
    Any,
    typer.Option(help="Only images of these cameras, such as 1,2,3.", parser=parse_cameras, metavar="<str>"),
]

MapCacheFolder = Annotated[Path | None, typer.Option(help="Folder of the cache.")]
Device = Annotated[
    str,
    typer.Option(
        help="auto, cpu, cuda or cuda:1.",
        parser=_parse_device,
        metavar="<str>",
        autocompletion=words("auto", "cpu", "cuda"),
    ),
]
Workers = Annotated[
    int,
    number(
        "workers_or_all",
        "Processes that render; 0 means one per core. The result is the same.",
        option="--workers",
    ),
]

Scene = Annotated[
    str,
    typer.Option(
        help="Of the rendered persons: standard, or night (lamp light, other clothes, other bodies).",
        autocompletion=names_in("attrimeter.synthesis.scenes:SCENES"),
    ),
]
ScoresFigure = Annotated[Path | None, typer.Option(help="Draw the scores to this .png or .svg file.")]
ScoresJson = Annotated[Path | None, typer.Option("--json", help="Write the scores as JSON.")]
Candidates = Annotated[int, number("candidates", "Gallery images that each query is compared with.")]
Pictures = Annotated[
    bool | None,
    typer.Option(
        help="Whether the page shows the examples as pictures; by default only those of rendered persons."
    ),
]
Page = Annotated[Path | None, typer.Option(help="Write a self-contained .html page.")]


def refuse_given(options: Mapping[str, Any], reason: str) -> None:
    """Raise SettingsError for the first option that was given: None and False stand for those that were not.

    Args:
        options: by their names on the command line.
        reason: why it means nothing here; follows the name.
    """
    for name, value in options.items():
        if value is not None and value is not False:
            raise SettingsError(f"{name} {reason}, or leave it out.")
