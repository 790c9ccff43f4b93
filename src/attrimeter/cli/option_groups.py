"""Options that several commands have together: which target, and which rendered pairs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from attrimeter.benchmarking.pair_counts import QUICK
from attrimeter.cli.options import (
    Attributes,
    Cameras,
    Device,
    FittedFolder,
    InputSize,
    LastStride,
    Layout,
    MovedTarget,
    MovedWeights,
    OwnWeights,
    Schema,
    TargetMetric,
    TargetProfile,
    Workers,
    number,
)


@dataclass(frozen=True)
class NamedTarget:
    """A target as it is named, and how its checkpoint is understood where that is not clear."""

    target: Annotated[
        Path,
        typer.Argument(
            help="The target's checkpoint (.pth or .safetensors), or package.module:function of your own "
            "code, which is run and returns a target."
        ),
    ]
    weights: OwnWeights = None
    profile: TargetProfile = None
    metric: TargetMetric = None
    last_stride: LastStride = None
    input_size: InputSize = None
    device: Device = "auto"


@dataclass(frozen=True)
class Fitted:
    """A fitted interpreter, and its target where that has moved."""

    interpreter: FittedFolder
    target: MovedTarget = None
    weights: MovedWeights = None


@dataclass(frozen=True)
class DataOptions:
    """How a data set is understood, and what of it is taken."""

    schema: Schema = None
    attributes: Attributes = None
    layout: Layout = None
    cameras: Cameras = None


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
    cache: Annotated[Path | None, typer.Option(help="Folder of the cache.")] = None
    workers: Workers = 0
