from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from attrimeter.targets.bodies.resnet import STAGES, build_resnet

Weights = dict[str, Tensor]


@pytest.mark.parametrize("architecture", ["resnet18", "resnet50"])
@pytest.mark.parametrize(("last_stride", "stem_relu", "stem_pool"), [(1, True, False), (2, False, True)])
def test_the_body_follows_the_paper(
    architecture: str, last_stride: int, stem_relu: bool, stem_pool: bool
) -> None:
    torch.manual_seed(2)
    options = {"last_stride": last_stride, "stem_relu": stem_relu, "stem_pool": stem_pool}
    backbone = build_resnet(architecture, width=4, **options).double().eval()
    for name, tensor in backbone.state_dict().items():
        if name.endswith(("running_mean", "bias")):
            tensor.normal_(0, 0.2)
        elif name.endswith("running_var"):
            tensor.uniform_(0.5, 1.5)
    images = torch.randn(2, 3, 64, 32, dtype=torch.float64)
    with torch.no_grad():
        shallow, last = plain_resnet(images, backbone.state_dict(), architecture, **options)
        assert torch.allclose(backbone.shallow(images), shallow)
        assert torch.allclose(backbone(images), last)
    assert shallow.shape[1] == backbone.shallow_channels
    assert last.shape[1] == backbone.channels
    assert last.std() > 0.01


@pytest.mark.parametrize(
    ("architecture", "parameters"),
    [("resnet18", 11_176_512), ("resnet34", 21_284_672), ("resnet50", 23_508_032)],
)
def test_size_is_the_published_one(architecture: str, parameters: int) -> None:
    with torch.device("meta"):
        backbone = build_resnet(architecture)
    assert sum(parameter.numel() for parameter in backbone.parameters()) == parameters


def test_names_are_the_usual_ones() -> None:
    with torch.device("meta"):
        names = set(build_resnet("resnet50").state_dict())
    expected = {"conv1.weight", "bn1.running_var", "layer1.0.downsample.0.weight", "layer4.2.conv3.weight"}
    assert expected <= names
    assert "layer1.1.downsample.0.weight" not in names


def plain_resnet(
    images: Tensor, weights: Weights, architecture: str, *, last_stride: int, stem_relu: bool, stem_pool: bool
) -> tuple[Tensor, Tensor]:
    """Shallow and last map from the tensors alone."""

    def layer(x: Tensor, conv: str, bn: str, *, stride: int = 1) -> Tensor:
        kernel = weights[f"{conv}.weight"]
        x = F.conv2d(x, kernel, stride=stride, padding=kernel.shape[2] // 2)
        mean, var = weights[f"{bn}.running_mean"], weights[f"{bn}.running_var"]
        return F.batch_norm(x, mean, var, weights[f"{bn}.weight"], weights[f"{bn}.bias"])

    def block(x: Tensor, name: str, *, stride: int) -> Tensor:
        convolutions = 3 if f"{name}.conv3.weight" in weights else 2
        strided = convolutions - 1 if convolutions == 3 else 1
        inner = x
        for step in range(1, convolutions + 1):
            inner = layer(
                inner, f"{name}.conv{step}", f"{name}.bn{step}", stride=stride if step == strided else 1
            )
            inner = inner if step == convolutions else F.relu(inner)
        if f"{name}.downsample.0.weight" in weights:
            x = layer(x, f"{name}.downsample.0", f"{name}.downsample.1", stride=stride)
        return F.relu(inner + x)

    x = layer(images, "conv1", "bn1", stride=2)
    x = F.relu(x) if stem_relu else x
    x = F.max_pool2d(x, 3, 2, 1) if stem_pool else x
    shallow = x
    for stage, (depth, stride) in enumerate(
        zip(STAGES[architecture][1], (1, 2, 2, last_stride), strict=True), 1
    ):
        for index in range(depth):
            x = block(x, f"layer{stage}.{index}", stride=stride if index == 0 else 1)
        shallow = x if stage == 2 else shallow
    return shallow, x
