"""Checkpoints of torchreid."""

from __future__ import annotations

from attrimeter.targets.backbone import Backbone
from attrimeter.targets.bodies import RESNETS
from attrimeter.targets.family import Family, Tensors
from attrimeter.targets.osnet import CHANNELS, build_osnet
from attrimeter.targets.profile import Profile


def _osnet(profile: Profile) -> Backbone:
    return build_osnet(profile.architecture)


_PROFILES = tuple(
    Profile(name=name, architecture=name, source="torchreid", width=channels[0], neck="gated_linear")
    for name, channels in CHANNELS.items()
)


def _rename(name: str, profile: Profile) -> str | None:
    if name.startswith("classifier."):
        return None
    if name.startswith("fc.0."):
        return "head.linear." + name.removeprefix("fc.0.")
    if name.startswith("fc.1."):
        return "head.norm." + name.removeprefix("fc.1.")
    return "backbone." + name


def _candidates(tensors: Tensors) -> tuple[Profile, ...]:
    return _PROFILES if any(name.startswith("conv1.") for name in tensors) else ()


FAMILY = Family(
    name="torchreid",
    title="torchreid (deep-person-reid)",
    profiles=_PROFILES,
    rename=_rename,
    candidates=_candidates,
    bodies={**RESNETS, **dict.fromkeys(CHANNELS, _osnet)},
)
