"""Groups of options, each declared once as a dataclass and given to a command as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from attrimeter.benchmarking.pair_counts import QUICK
from attrimeter.cli.options import (
    CacheFolder,
    Device,
    JsonFile,
    Layout,
    Workers,
    names_in,
    number,
    parse_cameras,
    parse_size,
    words,
)


def gathered(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option of its own for every field of a parameter that is a dataclass.

    Two groups of one command have no field of the same name.
    """
    given = signature(command, eval_str=True).parameters.values()
    groups: dict[str, Any] = {one.name: one.annotation for one in given if is_dataclass(one.annotation)}
    spread = [_spread(groups[one.name]) if one.name in groups else [one] for one in given]

    @wraps(command)
    def gather(**values: Any) -> None:
        for name, group in groups.items():
            values[name] = group(**{field.name: values.pop(field.name) for field in fields(group)})
        command(**values)

    keyword = [part.replace(kind=Parameter.KEYWORD_ONLY) for parts in spread for part in parts]
    gather.__signature__ = Signature(keyword)  # type: ignore[attr-defined]
    gather.__annotations__ = {part.name: part.annotation for part in keyword}
    return gather


def _spread(group: Any) -> list[Parameter]:
    """The fields of a group as parameters."""
    hints = get_type_hints(group, include_extras=True)
    return [
        Parameter(
            field.name,
            Parameter.KEYWORD_ONLY,
            default=Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(group)
    ]


@dataclass(frozen=True)
class InputOptions:
    """What no tensor of a checkpoint shows."""

    last_stride: Annotated[
        int | None,
        number("last_stride", "Last stride of a ResNet, if not the profile's; no tensor shows it."),
    ] = None
    input_size: Annotated[
        Any,
        typer.Option(
            help="Size that the target was trained at, such as 256x256, if not the profile's.",
            parser=parse_size,
            metavar="HEIGHTxWIDTH",
        ),
    ] = None


@dataclass(frozen=True)
class CheckpointOptions(InputOptions):
    """How a target's checkpoint is understood where that is not clear."""

    profile: Annotated[
        str | None,
        typer.Option(
            help="The target's profile, where it is not clear; 'attrimeter targets' lists them.",
            autocompletion=names_in("attrimeter.targets.catalogue:PROFILES"),
        ),
    ] = None
    metric: Annotated[
        str | None,
        typer.Option(
            help="euclidean or cosine; the profile's own if not given.",
            autocompletion=words("euclidean", "cosine"),
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class NamedTarget(CheckpointOptions):
    """A target as it is named, and how it is opened."""

    target: Annotated[
        Path,
        typer.Argument(
            help="The target's checkpoint (.pth or .safetensors), or package.module:function of your own "
            "code, which is run and returns a target."
        ),
    ]
    weights: Annotated[Path | None, typer.Option(help="Weights that go into a target of your own code.")] = (
        None
    )
    device: Device = "auto"


@dataclass(frozen=True)
class MovedTarget:
    """The target of a fitted interpreter where it has moved, and the device."""

    target: Annotated[
        Path | None,
        typer.Option(
            help="The target's checkpoint, if it has moved; or the package.module:function of yours."
        ),
    ] = None
    weights: Annotated[
        Path | None, typer.Option(help="Weights for a target of your own code, if they have moved.")
    ] = None
    device: Device = "auto"


@dataclass(frozen=True, kw_only=True)
class Fitted(MovedTarget):
    """A fitted interpreter, and its target."""

    interpreter: Annotated[Path, typer.Argument(help="The folder that 'attrimeter fit' wrote.")]


@dataclass(frozen=True)
class LabelOptions:
    """How a data set and its labels are understood."""

    schema: Annotated[
        str | None,
        typer.Option(
            help="Attribute schema: a name or a YAML or TOML file.",
            autocompletion=names_in("attrimeter.schemas:SCHEMAS"),
        ),
    ] = None
    attributes: Annotated[Path | None, typer.Option(help="The attribute file, if not beside the data.")] = (
        None
    )
    layout: Layout = None


@dataclass(frozen=True)
class DataOptions(LabelOptions):
    """The same, and what of it is taken."""

    cameras: Annotated[
        Any,
        typer.Option(
            help="Only images of these cameras, such as 1,2,3.", parser=parse_cameras, metavar="<str>"
        ),
    ] = None


@dataclass(frozen=True)
class RenderedPairs:
    """Rendered pairs that are measured, and how."""

    pairs: Annotated[
        int,
        number(
            "benchmark_pairs",
            "Pairs with many differences; half as many with few, a quarter each of one person and within "
            "one view.",
            option="--pairs",
        ),
    ] = 400
    quick: Annotated[bool, typer.Option(help=f"At most {QUICK} pairs, for a first look.")] = False
    seed: Annotated[int, number("seed", "Another seed gives other persons and views.")] = 0
    cache: CacheFolder = None
    workers: Workers = 0


@dataclass(frozen=True)
class Files:
    """What is written of a result, besides the words on the terminal."""

    figure: Annotated[Path | None, typer.Option(help="Draw the result to this .png or .svg file.")] = None
    page: Annotated[Path | None, typer.Option(help="Write a self-contained .html page.")] = None
    json_file: JsonFile = None
