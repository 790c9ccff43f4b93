from __future__ import annotations

import pytest
import torch

from attrimeter.targets.catalogue import PROFILES
from attrimeter.targets.network import build_network


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_makes_a_network_with_the_channels_it_says(name: str) -> None:
    profile = PROFILES[name]
    with torch.device("meta"):
        network = build_network(profile).eval()
        shallow = network.backbone.shallow(torch.zeros(1, 3, *profile.image_size))
        last = network.backbone.deep(shallow)
    assert shallow.shape[1] == network.backbone.shallow_channels
    stride = 8 if not profile.stem_pool else 16 * profile.last_stride
    assert last.shape[1:] == (network.backbone.channels, *(side // stride for side in profile.image_size))


def test_the_demo_network_is_small() -> None:
    with torch.device("meta"):
        network = build_network(PROFILES["demo"])
    assert sum(parameter.numel() for parameter in network.parameters()) <= 1_200_000
