"""Reports of checkpoints that no network was needed for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from attrimeter.values.checkpoint_report import (
    CheckpointReport,
    FamilyFacts,
    FittingProfile,
    NearestProfile,
    ProfileFacts,
)

FACTS = ProfileFacts(
    name="baseline_r50",
    body="resnet50, IBN-a",
    image_size=(384, 128),
    interpolation="bicubic",
    stem="ReLU, ceil",
    last_stride="1",
    pooling="GeM3",
    neck="BN",
    normalised=True,
    pixels="ImageNet",
    metric="cosine",
    fields={"name": "baseline_r50", "pixel_mean": (0.485, 0.456, 0.406)},
)
TWIN = replace(FACTS, name="baseline_r50_2020", stem="ReLU, pad 1", last_stride="2")
FAMILY = FamilyFacts("baseline", "The baseline", "The first pooling.", (FACTS, TWIN))
FIT = FittingProfile(
    family="The baseline",
    unsaid="The first pooling.",
    facts=FACTS,
    seen=("names as the baseline writes them", "neck BN"),
    trusted=("input 384 x 128, bicubic",),
    left_out=("classifier.weight",),
    broken=(),
)
NEAREST = NearestProfile(
    name="baseline_r50",
    family="The baseline",
    missing=tuple(f"backbone.layer1.{number}.weight" for number in range(1234)),
    left_over=("extra.weight",),
    unfit=("head.neck.bias has shape (3,) instead of (2048,)",),
)


def example_report(**changes: Any) -> CheckpointReport:
    report = CheckpointReport(
        path="w.pth",
        kind="torch",
        size=98_765_432,
        tensors=320,
        parameters=24_000_000,
        kinds={"float32": 267, "int64": 53},
        wrapper="state_dict",
        prefix="module.",
        extra={"epoch": "60", "rank1": "0.945", "optimizer": "a dictionary of 2 entries"},
        carried="",
        metric="",
        first_names=("conv1.weight", "bn1.weight", "bn1.bias"),
        fits=(FIT,),
        nearest=None,
    )
    return replace(report, **changes)
