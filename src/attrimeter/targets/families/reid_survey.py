"""Checkpoints of AGW as ReID-Survey trains it (Ye et al., TPAMI 2021).

Its baseline without non-local blocks and generalised mean is that of reid-strong-baseline.
"""

from __future__ import annotations

import re

from attrimeter.targets.bodies.resnet import RESNETS
from attrimeter.targets.family import Family, Names, Tensors, rename
from attrimeter.targets.profile import Profile

_POWER = "global_pool.p"
_NAMES: Names = {
    "classifier.weight": None,
    _POWER: "head.pooling.p",
    "bottleneck.": "head.neck.",
    "base.": "backbone.",
}
_NON_LOCAL = re.compile(r"base\.NL_([1-4])\.(\d+)\.(.+)")

_AGW = Profile(
    name="reid_survey_agw_r50",
    architecture="resnet50",
    source="reid-survey",
    stem_relu=False,
    non_local=(0, 2, 3, 0),
    pooling="gem",
    metric="cosine",
)


def _rename(name: str, profile: Profile) -> str | None:
    if non_local := _NON_LOCAL.fullmatch(name):
        stage, number, rest = non_local.groups()
        return f"backbone.layer{stage}.NL_{number}.{rest}"
    return rename(name, _NAMES)


def _candidates(tensors: Tensors) -> tuple[Profile, ...]:
    has_non_local = any(name.startswith("base.NL_") for name in tensors)
    return (_AGW,) if "base.conv1.weight" in tensors and (has_non_local or _POWER in tensors) else ()


FAMILY = Family(
    name="reid-survey",
    title="ReID-Survey (AGW)",
    profiles=(_AGW,),
    rename=_rename,
    candidates=_candidates,
    bodies=RESNETS,
)
