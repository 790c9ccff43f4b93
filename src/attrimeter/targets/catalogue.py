"""The models that AttriMeter knows by name. A new one is a file that builds its body, and a line here."""

from __future__ import annotations

from collections.abc import Callable

from attrimeter.targets.backbone import Backbone
from attrimeter.targets.osnet import CHANNELS, build_osnet, rename_torchreid
from attrimeter.targets.profile import Profile
from attrimeter.targets.resnet import STAGES, build_resnet


def _osnet(profile: Profile) -> Backbone:
    return build_osnet(profile.architecture)


def _resnet(profile: Profile) -> Backbone:
    return build_resnet(
        profile.architecture,
        width=profile.width,
        last_stride=profile.last_stride,
        stem_relu=profile.stem_relu,
        stem_pool=profile.stem_pool,
    )


def _keep_name(name: str) -> str:
    return name


BODIES: dict[str, Callable[[Profile], Backbone]] = {
    **dict.fromkeys(CHANNELS, _osnet),
    **dict.fromkeys(STAGES, _resnet),
}
"""Architecture -> what builds its body."""

NAMINGS: dict[str, Callable[[str], str | None]] = {
    "torchreid": rename_torchreid,
    "attrimeter": _keep_name,
}
"""Source -> our name of one of its tensors, or None for a tensor that is dropped knowingly."""

_ENTRIES: tuple[Profile, ...] = (
    *(
        Profile(name=name, architecture=name, source="torchreid", width=channels[0], neck="gated_linear")
        for name, channels in CHANNELS.items()
    ),
    *(Profile(name=name, architecture=name, source="attrimeter") for name in STAGES),
    Profile(
        name="demo",
        architecture="resnet18",
        source="attrimeter",
        image_size=(128, 64),
        width=16,
        stem_pool=False,
    ),
)

PROFILES: dict[str, Profile] = {profile.name: profile for profile in _ENTRIES}
"""Every known profile by name: torchreid's OSNets and our own ResNets ("demo" is a small ResNet 18)."""
