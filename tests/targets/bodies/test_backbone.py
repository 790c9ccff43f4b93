from __future__ import annotations

import torch
from torch import nn

from attrimeter.targets.bodies.backbone import Backbone


def make_backbone() -> Backbone:
    torch.manual_seed(0)
    layers = {
        "conv1": nn.Conv2d(3, 4, 3, stride=2),
        "bn1": nn.BatchNorm2d(4),
        "relu": nn.ReLU(),
        "conv2": nn.Conv2d(4, 6, 3),
        "bn2": nn.BatchNorm2d(6),
    }
    return Backbone(layers, deep_from="conv2", shallow_channels=4, channels=6)


def test_the_two_halves_are_the_whole() -> None:
    backbone = make_backbone().eval()
    images = torch.randn(2, 3, 16, 16)
    plain = backbone.bn2(backbone.conv2(backbone.relu(backbone.bn1(backbone.conv1(images)))))
    assert torch.equal(backbone(images), plain)
    assert torch.equal(backbone.deep(backbone.shallow(images)), plain)
    assert backbone.shallow(images).shape[1] == backbone.shallow_channels
    assert plain.shape[1] == backbone.channels


def test_parameters_keep_the_names_of_their_layers() -> None:
    assert set(dict(make_backbone().named_parameters())) == {
        f"{layer}.{kind}" for layer in ("conv1", "bn1", "conv2", "bn2") for kind in ("weight", "bias")
    }


def test_copied_deep_layers_compute_the_same_and_share_nothing() -> None:
    backbone = make_backbone().eval().requires_grad_(False)
    copies = backbone.copy_deep_layers()
    shallow_map = torch.randn(2, 4, 7, 7)
    before = backbone.deep(shallow_map)
    assert torch.equal(copies.eval()(shallow_map), before)
    assert all(parameter.requires_grad for parameter in copies.parameters())
    with torch.no_grad():
        for parameter in copies.parameters():
            parameter.add_(1)
    assert torch.equal(backbone.deep(shallow_map), before)
    assert not any(parameter.requires_grad for parameter in backbone.parameters())
