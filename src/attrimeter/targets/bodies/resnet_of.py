"""Bodies that several families build."""

from __future__ import annotations

from collections.abc import Callable

from attrimeter.targets.bodies.backbone import Backbone
from attrimeter.targets.bodies.resnet import STAGES, build_resnet
from attrimeter.targets.profile import Profile


def resnet_of(profile: Profile) -> Backbone:
    """The ResNet that a profile describes."""
    return build_resnet(
        profile.architecture,
        width=profile.width,
        last_stride=profile.last_stride,
        stem_relu=profile.stem_relu,
        stem_pool=profile.stem_pool,
        stem_pool_ceil=profile.stem_pool_ceil,
        norm=profile.norm,
        non_local=profile.non_local,
        non_local_width=profile.non_local_width,
    )


RESNETS: dict[str, Callable[[Profile], Backbone]] = dict.fromkeys(STAGES, resnet_of)
"""Every ResNet by its architecture."""
