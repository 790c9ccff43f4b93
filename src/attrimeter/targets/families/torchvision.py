"""Bare ResNets under torchvision's names, as many home-made models save them.

Such a file may come from torchreid (last stride 2), from a bag of tricks (last stride 1) or from anywhere,
and no tensor tells which: the last stride is asked for.
"""

from __future__ import annotations

from dataclasses import replace

from attrimeter.targets.bodies.resnet import RESNETS
from attrimeter.targets.family import Family, Names, Tensors, renaming
from attrimeter.targets.profile import Profile

_NAMES: Names = {"fc.weight": None, "fc.bias": None, "": "backbone."}
_HEADS = ("classifier.", "fc.0.")
"""What begins the names of heads that other families know."""

_STRIDED = tuple(
    Profile(
        name=f"torchvision_{resnet}", architecture=resnet, source="torchvision", last_stride=2, neck="none"
    )
    for resnet in RESNETS
)
_PROFILES = tuple(
    profile
    for strided in _STRIDED
    for profile in (strided, replace(strided, name=f"{strided.name}_stride1", last_stride=1))
)


def _candidates(tensors: Tensors) -> tuple[Profile, ...]:
    is_bare = "conv1.weight" in tensors and "layer4.0.conv1.weight" in tensors
    return _PROFILES if is_bare and not any(name.startswith(_HEADS) for name in tensors) else ()


FAMILY = Family(
    name="torchvision",
    title="torchvision's ResNets without a head",
    profiles=_PROFILES,
    rename=renaming(_NAMES),
    candidates=_candidates,
    bodies=RESNETS,
    unsaid=(
        "The last stride: 2 as torchvision and torchreid build it, 1 in a bag of tricks. Whether the model "
        "compares the averaged map itself, as it does here, is nothing that tensors tell either."
    ),
)
