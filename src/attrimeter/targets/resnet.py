"""The residual networks of He et al. (CVPR 2016), with the usual names (conv1, bn1, layer1, ...)."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.targets.backbone import Backbone


class BasicBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut (ResNet 18 and 34)."""

    expansion = 1

    def __init__(self, inputs: int, width: int, *, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = _shortcut(inputs, width * self.expansion, stride=stride)

    def forward(self, features: Float[Tensor, "batch i h w"]) -> Float[Tensor, "batch o ho wo"]:
        inner = self.bn1(self.conv1(features)).relu_()
        out: Tensor = self.bn2(self.conv2(inner)) + self.downsample(features)
        return out.relu_()


class Bottleneck(nn.Module):
    """1x1, 3x3 (which carries the stride), 1x1, beside a shortcut (ResNet 50)."""

    expansion = 4

    def __init__(self, inputs: int, width: int, *, stride: int) -> None:
        super().__init__()
        outputs = width * self.expansion
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
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
}
"""Kind of block and number of blocks per stage."""


def build_resnet(
    architecture: str,
    *,
    width: int = 64,
    last_stride: int = 1,
    stem_relu: bool = True,
    stem_pool: bool = True,
) -> Backbone:
    """The body of a ResNet, up to and without its pooling. The shallow layers end with ``layer2``.

    Args:
        architecture: a key of :data:`STAGES`.
        width: channels after the stem, 64 as published; the last map has 8 (ResNet 50: 32) times as many.
        last_stride: stride of ``layer4``; ReID models use 1 to keep the map large (Luo et al., CVPRW 2019).
        stem_relu: whether a ReLU follows ``bn1``; some ReID code bases leave it out.
        stem_pool: whether the 3x3 max-pool of stride 2 follows; without it the map is twice as large.
    """
    block, depths = STAGES[architecture]
    layers: dict[str, nn.Module] = {
        "conv1": nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False),
        "bn1": nn.BatchNorm2d(width),
        "relu": nn.ReLU(inplace=True) if stem_relu else nn.Identity(),
        "maxpool": nn.MaxPool2d(3, stride=2, padding=1) if stem_pool else nn.Identity(),
    }
    inputs = width
    for index, (depth, stride) in enumerate(zip(depths, (1, 2, 2, last_stride), strict=True)):
        inner = width * 2**index
        blocks = [block(inputs, inner, stride=stride)]
        inputs = inner * block.expansion
        blocks += [block(inputs, inner, stride=1) for _ in range(depth - 1)]
        layers[f"layer{index + 1}"] = nn.Sequential(*blocks)
    return Backbone(layers, deep_from="layer3", shallow_channels=2 * width * block.expansion, channels=inputs)


def _shortcut(inputs: int, outputs: int, *, stride: int) -> nn.Module:
    if stride == 1 and inputs == outputs:
        return nn.Identity()
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False), nn.BatchNorm2d(outputs))
