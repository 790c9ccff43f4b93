"""The residual networks of He et al. (CVPR 2016), with the usual names (conv1, bn1, layer1, ...)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.targets.bodies.backbone import Backbone
from attrimeter.targets.profile import Profile


class InstanceBatchNorm(nn.Module):
    """IBN-a: the first half of the channels is normalised by image, the rest by batch.

    Pan et al., "Two at once: enhancing learning and generalization capacities via IBN-Net", ECCV 2018.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.by_image = channels // 2
        self.IN = nn.InstanceNorm2d(self.by_image, affine=True)
        self.BN = nn.BatchNorm2d(channels - self.by_image)

    def forward(self, features: Float[Tensor, "batch c h w"]) -> Float[Tensor, "batch c h w"]:
        first, rest = features[:, : self.by_image], features[:, self.by_image :]
        return torch.cat([self.IN(first.contiguous()), self.BN(rest.contiguous())], dim=1)


NORMS: dict[str, Callable[[int], nn.Module]] = {"batchnorm": nn.BatchNorm2d, "ibn_a": InstanceBatchNorm}
"""What a profile's ``norm`` names."""


class NonLocalBlock(nn.Module):
    """Adds to every cell a mean over all cells, weighted by their dot products.

    Wang et al., "Non-local neural networks", CVPR 2018, equation 6, with the dot product (equation 4)
    divided by the number of cells.

    Args:
        channels: of the map.
        width: channels inside.
    """

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.g = nn.Conv2d(channels, width, 1)
        self.theta = nn.Conv2d(channels, width, 1)
        self.phi = nn.Conv2d(channels, width, 1)
        self.W = nn.Sequential(nn.Conv2d(width, channels, 1), nn.BatchNorm2d(channels))

    def forward(self, features: Float[Tensor, "batch c h w"]) -> Float[Tensor, "batch c h w"]:
        own, other, seen = (layer(features).flatten(2) for layer in (self.theta, self.phi, self.g))
        weights = own.transpose(1, 2) @ other / own.shape[2]
        gathered = (seen @ weights.transpose(1, 2)).unflatten(2, features.shape[2:])
        out: Tensor = features + self.W(gathered)
        return out


class BasicBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut (ResNet 18 and 34)."""

    expansion = 1

    def __init__(self, inputs: int, width: int, *, stride: int, norm: str = "batchnorm") -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride=stride, padding=1, bias=False)
        self.bn1 = NORMS[norm](width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = _shortcut(inputs, width * self.expansion, stride=stride)

    def forward(self, features: Float[Tensor, "batch i h w"]) -> Float[Tensor, "batch o ho wo"]:
        inner = self.bn1(self.conv1(features)).relu_()
        out: Tensor = self.bn2(self.conv2(inner)) + self.downsample(features)
        return out.relu_()


class Bottleneck(nn.Module):
    """1x1, 3x3 (which carries the stride), 1x1, beside a shortcut (ResNet 50 and 101)."""

    expansion = 4

    def __init__(self, inputs: int, width: int, *, stride: int, norm: str = "batchnorm") -> None:
        super().__init__()
        outputs = width * self.expansion
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = NORMS[norm](width)
        self.conv2 = nn.Conv2d(width, width, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = _shortcut(inputs, outputs, stride=stride)

    def forward(self, features: Float[Tensor, "batch i h w"]) -> Float[Tensor, "batch o ho wo"]:
        inner = self.bn1(self.conv1(features)).relu_()
        inner = self.bn2(self.conv2(inner)).relu_()
        out: Tensor = self.bn3(self.conv3(inner)) + self.downsample(features)
        return out.relu_()


Block = type[BasicBlock] | type[Bottleneck]

STAGES: dict[str, tuple[Block, tuple[int, int, int, int]]] = {
    "resnet18": (BasicBlock, (2, 2, 2, 2)),
    "resnet34": (BasicBlock, (3, 4, 6, 3)),
    "resnet50": (Bottleneck, (3, 4, 6, 3)),
    "resnet101": (Bottleneck, (3, 4, 23, 3)),
}
"""Kind of block and number of blocks per stage."""


def build_resnet(
    architecture: str,
    *,
    width: int = 64,
    last_stride: int = 1,
    stem_relu: bool = True,
    stem_pool: bool = True,
    stem_pool_ceil: bool = False,
    norm: str = "batchnorm",
    non_local: tuple[int, int, int, int] = (0, 0, 0, 0),
    non_local_width: int = 1,
) -> Backbone:
    """The body of a ResNet, up to and without its pooling. The shallow layers end with ``layer2``.

    Args:
        architecture: a key of :data:`STAGES`.
        width: channels after the stem, 64 as published; the last map has 8 (ResNet 50: 32) times as many.
        last_stride: stride of ``layer4``; ReID models use 1 to keep the map large (Luo et al., CVPRW 2019).
        stem_relu: whether a ReLU follows ``bn1``; some ReID code bases leave it out.
        stem_pool: whether the 3x3 max-pool of stride 2 follows; without it the map is twice as large.
        stem_pool_ceil: whether it has no padding, and rounds its output's size up.
        norm: a key of :data:`NORMS`: the first of each block in stages 1 to 3; the fourth has BatchNorm.
        non_local: how many of the last blocks of each stage a non-local block follows; they are named
            "NL_0", "NL_1", ... within their stage.
        non_local_width: channels inside of those.
    """
    block, depths = STAGES[architecture]
    norms = (norm, norm, norm, "batchnorm")
    layers: dict[str, nn.Module] = {
        "conv1": nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False),
        "bn1": nn.BatchNorm2d(width),
        "relu": nn.ReLU(inplace=True) if stem_relu else nn.Identity(),
        "maxpool": _stem_pool(ceil=stem_pool_ceil) if stem_pool else nn.Identity(),
    }
    inputs = width
    for index, (depth, stride) in enumerate(zip(depths, (1, 2, 2, last_stride), strict=True)):
        inner, outputs = width * 2**index, width * 2**index * block.expansion
        stage = nn.Sequential()
        for number in range(depth):
            first = number == 0
            made = block(inputs, inner, stride=stride if first else 1, norm=norms[index])
            stage.add_module(str(number), made)
            inputs = outputs
            following = number - (depth - non_local[index])
            if following >= 0:
                stage.add_module(f"NL_{following}", NonLocalBlock(outputs, non_local_width))
        layers[f"layer{index + 1}"] = stage
    return Backbone(layers, deep_from="layer3", shallow_channels=2 * width * block.expansion, channels=inputs)


def _stem_pool(*, ceil: bool) -> nn.MaxPool2d:
    return nn.MaxPool2d(3, stride=2, ceil_mode=True) if ceil else nn.MaxPool2d(3, stride=2, padding=1)


def _shortcut(inputs: int, outputs: int, *, stride: int) -> nn.Module:
    if stride == 1 and inputs == outputs:
        return nn.Identity()
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False), nn.BatchNorm2d(outputs))


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
