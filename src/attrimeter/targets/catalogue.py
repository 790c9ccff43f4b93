"""The models that AttriMeter knows by name. A new family is a file in ``families``, and a line here."""

from __future__ import annotations

from collections.abc import Callable

from attrimeter.targets.bodies.backbone import Backbone
from attrimeter.targets.families import (
    clip_reid,
    fastreid,
    layumi,
    own,
    reid_survey,
    strong_baseline,
    torchreid,
    torchvision,
    transreid,
)
from attrimeter.targets.family import Family
from attrimeter.targets.profile import Profile

_FAMILIES: tuple[Family, ...] = (
    torchreid.FAMILY,
    fastreid.FAMILY,
    strong_baseline.FAMILY,
    reid_survey.FAMILY,
    layumi.FAMILY,
    transreid.FAMILY,
    clip_reid.FAMILY,
    torchvision.FAMILY,
    own.FAMILY,
)

FAMILIES: dict[str, Family] = {family.name: family for family in _FAMILIES}
"""Every family by the source of its profiles."""

PROFILES: dict[str, Profile] = {profile.name: profile for family in _FAMILIES for profile in family.profiles}
"""Every known profile by name."""

BODIES: dict[str, Callable[[Profile], Backbone]] = {
    architecture: build for family in _FAMILIES for architecture, build in family.bodies.items()
}
"""Architecture -> what builds its body."""
