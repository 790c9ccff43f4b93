"""Checkpoints that AttriMeter trained itself."""

from __future__ import annotations

from attrimeter.targets.bodies.resnet import RESNETS
from attrimeter.targets.family import Family, Tensors, renaming
from attrimeter.targets.profile import Profile

_PROFILES = (
    *(Profile(name=name, architecture=name, source="attrimeter") for name in RESNETS),
    Profile(
        name="demo",
        architecture="resnet18",
        source="attrimeter",
        image_size=(128, 64),
        width=16,
        stem_pool=False,
    ),
)


def _candidates(tensors: Tensors) -> tuple[Profile, ...]:
    is_ours = all(any(name.startswith(start) for name in tensors) for start in ("backbone.conv1.", "head."))
    return _PROFILES if is_ours else ()


FAMILY = Family(
    name="attrimeter",
    title="AttriMeter's own ResNets",
    profiles=_PROFILES,
    rename=renaming({}),
    candidates=_candidates,
    bodies=RESNETS,
)
