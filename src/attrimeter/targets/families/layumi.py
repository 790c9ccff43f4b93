"""Checkpoints of ``ft_net`` of layumi's Person_reID_baseline_pytorch.

The repository adds the feature of the mirrored image to that of the image when it tests; here it is the
feature of the image alone.
"""

from __future__ import annotations

from dataclasses import replace

from attrimeter.targets.bodies.resnet import RESNETS
from attrimeter.targets.family import Family, Names, Tensors, renaming
from attrimeter.targets.profile import Profile

_LINEAR = "classifier.add_block.0."
_NAMES: Names = {
    _LINEAR: "head.linear.",
    "classifier.add_block.1.": "head.norm.",
    "classifier.classifier.0.weight": None,
    "classifier.classifier.0.bias": None,
    "model.": "backbone.",
    "model.fc.weight": None,  # the ImageNet classifier, which the body carries in vain
    "model.fc.bias": None,
}

_PLAIN = Profile(
    name="layumi_ft_net_r50",
    architecture="resnet50",
    source="layumi",
    interpolation="bicubic",
    last_stride=2,
    neck="linear_batchnorm",
    metric="cosine",
)
_IBN = replace(_PLAIN, name="layumi_ft_net_r50_ibn", norm="ibn_a")
_PROFILES = tuple(
    profile
    for strided in (_PLAIN, _IBN)
    for profile in (strided, replace(strided, name=f"{strided.name}_stride1", last_stride=1))
)


def _candidates(tensors: Tensors) -> tuple[Profile, ...]:
    has_block = any(name.startswith("classifier.add_block.") for name in tensors)
    return _PROFILES if has_block and "model.conv1.weight" in tensors else ()


def _read_linear_size(profile: Profile, tensors: Tensors) -> Profile:
    weight = tensors.get(f"{_LINEAR}weight")
    if weight is None or weight.ndim != 2:
        return profile
    return replace(profile, linear_size=len(weight))


FAMILY = Family(
    name="layumi",
    title="Person_reID_baseline_pytorch (layumi)",
    profiles=_PROFILES,
    rename=renaming(_NAMES),
    candidates=_candidates,
    bodies=RESNETS,
    complete=_read_linear_size,
    unsaid=(
        "The last stride: 2 where train.py was run without --stride, 1 where it was run with --stride 1 (as "
        "in the runs that the repository calls all tricks); opts.yaml beside the checkpoint says which."
    ),
)
