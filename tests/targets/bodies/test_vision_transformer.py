"""What it computes is compared in families/test_transreid.py and test_clip_reid.py."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from attrimeter.targets import PROFILES, build_network
from attrimeter.targets.bodies.vision_transformer import KINDS, count_patches, token_grid
from attrimeter.targets.families.transformer_tensors import SIZES, STRIDES


@pytest.mark.parametrize(
    ("size", "stride", "grid"),
    [
        ((256, 128), 16, (16, 8)),
        ((256, 128), 12, (21, 10)),
        ((256, 256), 12, (21, 21)),
        ((16, 17), 16, (1, 1)),
    ],
)
def test_patches_lie_within_the_image(size: tuple[int, int], stride: int, grid: tuple[int, int]) -> None:
    assert count_patches(size, stride) == grid


def test_the_number_of_patches_tells_size_and_stride() -> None:
    counts = [
        rows * columns
        for size in SIZES
        for stride in STRIDES
        for rows, columns in [count_patches(size, stride)]
    ]
    assert len(set(counts)) == len(counts)


@pytest.mark.parametrize("name", [name for name in PROFILES if PROFILES[name].architecture in KINDS])
def test_the_class_token_rides_along_and_a_copy_leads_to_the_last_map(name: str) -> None:
    profile = replace(PROFILES[name], width=64, depth=3, image_size=(96, 48))
    body = build_network(profile).eval().backbone
    images = torch.randn(2, 3, 96, 48)
    with torch.no_grad():
        last = body(images)
        assert torch.allclose(body.copy_deep_layers().eval()(body.shallow(images)), last)
    assert last.shape == (2, 128, 6, 3) and body.shallow_channels == 3
    token = last[:, 64:]
    assert torch.equal(token, token[:, :, :1, :1].expand_as(token))
    assert token_grid(profile).from_map(last).shape == (2, 1 + 18, 64)
