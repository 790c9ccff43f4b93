"""Targets: frozen ReID models, opened strictly from their checkpoints."""

from attrimeter.targets.catalogue import PROFILES
from attrimeter.targets.checkpoints.loading import open_target, save_network, save_target
from attrimeter.targets.devices import choose_device
from attrimeter.targets.frozen_network import Maps
from attrimeter.targets.heads.head import Head, HeadSplit
from attrimeter.targets.identity import file_fingerprint
from attrimeter.targets.network import Network, build_network, weights_of
from attrimeter.targets.preprocessing import normalise_pixels
from attrimeter.targets.profile import Profile
from attrimeter.targets.target import Target

__all__ = [
    "PROFILES",
    "Head",
    "HeadSplit",
    "Maps",
    "Network",
    "Profile",
    "Target",
    "build_network",
    "choose_device",
    "file_fingerprint",
    "normalise_pixels",
    "open_target",
    "save_network",
    "save_target",
    "weights_of",
]
