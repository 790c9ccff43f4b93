"""Checkpoints of reid-strong-baseline (Luo et al., CVPRW 2019), with its neck and a last stride of 1.

Its plain ResNets have no ReLU after the first BatchNorm; its ResNet-50 with IBN-a has one. A model without
the neck, as the repository's standard baseline, is refused: its last stride is open. The plain baseline of
ReID-Survey has the same names and computes the same.
"""

from __future__ import annotations

from attrimeter.targets.bodies.resnet import RESNETS
from attrimeter.targets.family import Family, Names, Tensors, rename
from attrimeter.targets.profile import Profile

_NAMES: Names = {"classifier.weight": None, "bottleneck.": "head.neck.", "base.": "backbone."}
_IBN_NAMES: Names = {**_NAMES, "base.fc.weight": None, "base.fc.bias": None}
"""The body with IBN-a carries the ImageNet classifier in vain."""


def _profile(name: str, *, architecture: str, norm: str = "batchnorm") -> Profile:
    return Profile(
        name=f"reid_strong_baseline_{name}",
        architecture=architecture,
        source="reid-strong-baseline",
        stem_relu=norm == "ibn_a",
        norm=norm,
        metric="cosine",
    )


_PROFILES = (
    _profile("r50", architecture="resnet50"),
    _profile("r101", architecture="resnet101"),
    _profile("r50_ibn", architecture="resnet50", norm="ibn_a"),
)


def _candidates(tensors: Tensors) -> tuple[Profile, ...]:
    return _PROFILES if "base.conv1.weight" in tensors and "global_pool.p" not in tensors else ()


FAMILY = Family(
    name="reid-strong-baseline",
    title="reid-strong-baseline (bag of tricks)",
    profiles=_PROFILES,
    rename=lambda name, profile: rename(name, _IBN_NAMES if profile.norm == "ibn_a" else _NAMES),
    candidates=_candidates,
    bodies=RESNETS,
)
