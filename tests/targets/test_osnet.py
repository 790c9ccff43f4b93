from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from attrimeter.targets import open_target
from attrimeter.targets.catalogue import PROFILES
from attrimeter.targets.families import torchreid
from attrimeter.targets.osnet import CHANNELS, build_osnet

Weights = dict[str, Tensor]


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


@pytest.mark.parametrize("architecture", ["osnet_x0_25", "osnet_x0_75"])
def test_the_body_follows_the_paper_layer_by_layer(architecture: str) -> None:
    torch.manual_seed(1)
    backbone = build_osnet(architecture).double().eval()
    randomise(backbone.state_dict())
    images = torch.randn(2, 3, 64, 32, dtype=torch.float64)
    weights = backbone.state_dict()
    with torch.no_grad():
        shallow, last = plain_osnet(images, weights)
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


def randomise(weights: Weights) -> None:
    """Fill in place with values under which every layer matters."""
    for name, tensor in weights.items():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 1.5)
        elif tensor.ndim == 4:
            tensor.normal_(0, (2 / tensor[0].numel()) ** 0.5)
        elif tensor.is_floating_point():
            tensor.normal_(0.5 if name.endswith("weight") else 0.0, 0.2)


def plain_osnet(images: Tensor, weights: Weights) -> tuple[Tensor, Tensor]:
    """The shallow and the last map of an OSNet, written out from the paper (section 3 and table 1)."""

    def normed(x: Tensor, name: str) -> Tensor:
        mean, var = (weights[f"{name}.running_{kind}"].view(-1, 1, 1) for kind in ("mean", "var"))
        gamma, beta = (weights[f"{name}.{kind}"].view(-1, 1, 1) for kind in ("weight", "bias"))
        return (x - mean) / torch.sqrt(var + 1e-5) * gamma + beta

    def point(x: Tensor, name: str) -> Tensor:
        return torch.einsum("oi,nihw->nohw", weights[f"{name}.weight"][:, :, 0, 0], x)

    def lite(x: Tensor, name: str) -> Tensor:
        mixed = point(x, f"{name}.conv1")
        kernel = weights[f"{name}.conv2.weight"]
        height, width = mixed.shape[2:]
        padded = F.pad(mixed, (1, 1, 1, 1))
        spread = sum(
            padded[:, :, dy : dy + height, dx : dx + width] * kernel[:, 0, dy, dx].view(-1, 1, 1)
            for dy in range(3)
            for dx in range(3)
        )
        return F.relu(normed(spread, f"{name}.bn"))

    def gate(x: Tensor, name: str) -> Tensor:
        hidden = point(x.mean((2, 3), keepdim=True), f"{name}.fc1") + weights[f"{name}.fc1.bias"].view(
            -1, 1, 1
        )
        logits = point(F.relu(hidden), f"{name}.fc2") + weights[f"{name}.fc2.bias"].view(-1, 1, 1)
        return x / (1 + torch.exp(-logits))

    def block(x: Tensor, name: str) -> Tensor:
        reduced = F.relu(normed(point(x, f"{name}.conv1.conv"), f"{name}.conv1.bn"))
        total = gate(lite(reduced, f"{name}.conv2a"), f"{name}.gate")
        for letter, depth in (("b", 2), ("c", 3), ("d", 4)):
            branch = reduced
            for step in range(depth):
                branch = lite(branch, f"{name}.conv2{letter}.{step}")
            total = total + gate(branch, f"{name}.gate")
        restored = normed(point(total, f"{name}.conv3.conv"), f"{name}.conv3.bn")
        if f"{name}.downsample.conv.weight" in weights:
            x = normed(point(x, f"{name}.downsample.conv"), f"{name}.downsample.bn")
        return F.relu(restored + x)

    def transition(x: Tensor, name: str) -> Tensor:
        mixed = F.relu(normed(point(x, f"{name}.0.conv"), f"{name}.0.bn"))
        return mixed.unfold(2, 2, 2).unfold(3, 2, 2).mean((4, 5))

    x = F.conv2d(images, weights["conv1.conv.weight"], stride=2, padding=3)
    x = F.max_pool2d(F.relu(normed(x, "conv1.bn")), 3, 2, 1)
    for stage in ("conv2", "conv3"):
        x = transition(block(block(x, f"{stage}.0"), f"{stage}.1"), f"{stage}.2")
    shallow = x
    x = block(block(x, "conv4.0"), "conv4.1")
    return shallow, F.relu(normed(point(x, "conv5.conv"), "conv5.bn"))
