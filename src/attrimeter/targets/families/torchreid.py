"""Checkpoints of torchreid (deep-person-reid): OSNets, and two models on a ResNet-50."""

from __future__ import annotations

from attrimeter.targets.bodies import osnet, osnet_ain
from attrimeter.targets.bodies.backbone import Backbone
from attrimeter.targets.bodies.resnet import RESNETS
from attrimeter.targets.family import Family, Names, Tensors, renaming
from attrimeter.targets.profile import Profile

_CHANNELS = {**osnet.CHANNELS, **osnet_ain.CHANNELS}
_NAMES: Names = {
    "classifier.weight": None,
    "classifier.bias": None,
    "fc.0.": "head.linear.",
    "fc.1.": "head.norm.",
    "": "backbone.",
}
_HEADS = ("classifier.", "fc.0.")
"""What one of begins the names of a head; a ResNet without is anybody's, and of the family torchvision."""

_OSNETS = tuple(
    Profile(name=name, architecture=name, source="torchreid", width=channels[0], neck="gated_linear")
    for name, channels in _CHANNELS.items()
)
_RESNETS = (
    Profile(
        name="torchreid_resnet50", architecture="resnet50", source="torchreid", last_stride=2, neck="none"
    ),
    Profile(
        name="torchreid_resnet50_fc512", architecture="resnet50", source="torchreid", neck="gated_linear"
    ),
)


def _osnet(profile: Profile) -> Backbone:
    return osnet.build_osnet(profile.architecture)


def _osnet_ain(profile: Profile) -> Backbone:
    return osnet_ain.build_osnet_ain(profile.architecture)


def _candidates(tensors: Tensors) -> tuple[Profile, ...]:
    if "conv1.conv.weight" in tensors:
        return _OSNETS
    is_resnet = "conv1.weight" in tensors and "layer4.0.conv1.weight" in tensors
    return _RESNETS if is_resnet and any(name.startswith(_HEADS) for name in tensors) else ()


FAMILY = Family(
    name="torchreid",
    title="torchreid (deep-person-reid)",
    profiles=_OSNETS + _RESNETS,
    rename=renaming(_NAMES),
    candidates=_candidates,
    bodies={
        **RESNETS,
        **dict.fromkeys(osnet.CHANNELS, _osnet),
        **dict.fromkeys(osnet_ain.CHANNELS, _osnet_ain),
    },
)
