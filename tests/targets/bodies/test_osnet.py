from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.targets import open_target
from attrimeter.targets.bodies.osnet import CHANNELS, build_osnet
from attrimeter.targets.catalogue import PROFILES
from attrimeter.targets.families import torchreid
from targets.plain_osnet import osnet_shapes, plain_osnet
from targets.plain_resnet import in_double, random_weights


@pytest.fixture(scope="module")
def reference(real_data: Path) -> dict[str, np.ndarray]:
    with np.load(real_data / "weights" / "osnet_reference.npz") as stored:
        return dict(stored)


def largest_difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max())


def test_preprocessing_is_that_of_torchreid(real_data: Path, reference: dict[str, np.ndarray]) -> None:
    target = open_target(real_data / "weights" / "osnet_x0_25_msmt17.pth")
    inputs = target.preprocess(list(reference["images"])).numpy()
    assert inputs.dtype == np.float32
    assert largest_difference(inputs, reference["input"]) < 1e-6


@pytest.mark.parametrize("data", ["msmt17", "market1501"])
def test_maps_and_embeddings_are_those_of_torchreid(
    real_data: Path, reference: dict[str, np.ndarray], data: str
) -> None:
    target = open_target(real_data / "weights" / f"osnet_x0_25_{data}.pth")
    last_map = target.read_maps(torch.from_numpy(reference["input"])).last
    assert largest_difference(last_map.numpy(), reference[f"last_map_{data}"]) < 1e-5
    embeddings = target.embed_images(list(reference["images"]), batch_size=4)
    assert largest_difference(embeddings, reference[f"embedding_{data}"]) < 1e-5


@pytest.mark.parametrize(("kind", "width"), [("osnet", "x0_25"), ("osnet", "x0_75"), ("osnet_ibn", "x1_0")])
def test_the_body_follows_the_paper_layer_by_layer(kind: str, width: str) -> None:
    weights = in_double(random_weights(osnet_shapes(width, kind=kind)))
    backbone = build_osnet(f"{kind}_{width}").double().eval()
    backbone.load_state_dict(weights)
    images = torch.randn(2, 3, 64, 32, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        shallow, last = plain_osnet(images, weights, kind=kind)
        assert torch.allclose(backbone.shallow(images), shallow, rtol=1e-9, atol=1e-9)
        assert torch.allclose(backbone(images), last, rtol=1e-9, atol=1e-9)
    assert last.std() > 0.01


@pytest.mark.parametrize(("architecture", "millions"), [("osnet_x0_25", 0.135), ("osnet_x1_0", 1.90)])
def test_size_of_the_body(architecture: str, millions: float) -> None:
    backbone = build_osnet(architecture)
    counted = sum(parameter.numel() for parameter in backbone.parameters())
    assert counted / 1e6 == pytest.approx(millions, rel=0.02)
    assert backbone.channels == CHANNELS[architecture][3]
    assert backbone(torch.zeros(1, 3, 256, 128)).shape[2:] == (16, 8)


def test_names_of_torchreid() -> None:
    profile, rename = PROFILES["osnet_x1_0"], torchreid.FAMILY.rename
    assert rename("conv1.conv.weight", profile) == "backbone.conv1.conv.weight"
    assert rename("fc.0.bias", profile) == "head.linear.bias"
    assert rename("fc.1.running_mean", profile) == "head.norm.running_mean"
    assert rename("classifier.weight", profile) is None
