"""OSNet, the omni-scale network (Zhou et al., ICCV 2019), with the parameter names of torchreid."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.targets.backbone import Backbone

CHANNELS: dict[str, tuple[int, int, int, int]] = {
    "osnet_x0_25": (16, 64, 96, 128),
    "osnet_x0_5": (32, 128, 192, 256),
    "osnet_x0_75": (48, 192, 288, 384),
    "osnet_x1_0": (64, 256, 384, 512),
}
"""Channels after the stem and after each of the three stages."""

_SCALES = 4
_BOTTLENECK_REDUCTION = 4
_GATE_REDUCTION = 16


def build_osnet(architecture: str) -> Backbone:
    """The body of an OSNet: 7x7 stem, three stages of two omni-scale blocks, and a last 1x1 convolution.

    A 256 x 128 image gives a 16 x 8 map. The shallow layers end with ``conv3``, the second stage.

    Args:
        architecture: a key of :data:`CHANNELS`.
    """
    stem, first, second, third = CHANNELS[architecture]
    return Backbone(
        {
            "conv1": ConvNorm(3, stem, kernel_size=7, stride=2),
            "maxpool": nn.MaxPool2d(3, stride=2, padding=1),
            "conv2": _stage(stem, first, shrink=True),
            "conv3": _stage(first, second, shrink=True),
            "conv4": _stage(second, third, shrink=False),
            "conv5": ConvNorm(third, third, kernel_size=1),
        },
        deep_from="conv4",
        shallow_channels=second,
        channels=third,
    )


class ConvNorm(nn.Module):
    """Convolution and BatchNorm, then a ReLU unless ``linear``."""

    def __init__(
        self, inputs: int, outputs: int, *, kernel_size: int, stride: int = 1, linear: bool = False
    ) -> None:
        super().__init__()
        padding = kernel_size // 2
        self.conv = nn.Conv2d(inputs, outputs, kernel_size, stride=stride, padding=padding, bias=False)
        self.bn = nn.BatchNorm2d(outputs)
        self.activation = nn.Identity() if linear else nn.ReLU(inplace=True)

    def forward(self, features: Tensor) -> Tensor:
        activated: Tensor = self.activation(self.bn(self.conv(features)))
        return activated


class LightConv(nn.Module):
    """A 3x3 convolution in two steps: across channels (1x1), then within each channel (3x3)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 1, bias=False)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, features: Tensor) -> Tensor:
        normed: Tensor = self.bn(self.conv2(self.conv1(features)))
        return normed.relu_()


class AggregationGate(nn.Module):
    """Weights each channel by a sigmoid of what the channels hold on average over the map."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        hidden = channels // _GATE_REDUCTION
        self.fc1 = nn.Conv2d(channels, hidden, 1)
        self.fc2 = nn.Conv2d(hidden, channels, 1)

    def forward(self, features: Float[Tensor, "batch c h w"]) -> Float[Tensor, "batch c h w"]:
        average = features.mean(dim=(2, 3), keepdim=True)
        gate: Tensor = self.fc2(self.fc1(average).relu())
        return features * gate.sigmoid()


class OmniScaleBlock(nn.Module):
    """A residual block whose four branches see 3, 5, 7 and 9 pixels and share one gate."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        inner = outputs // _BOTTLENECK_REDUCTION
        self.conv1 = ConvNorm(inputs, inner, kernel_size=1)
        self.conv2a = LightConv(inner)
        self.conv2b = nn.Sequential(*(LightConv(inner) for _ in range(2)))
        self.conv2c = nn.Sequential(*(LightConv(inner) for _ in range(3)))
        self.conv2d = nn.Sequential(*(LightConv(inner) for _ in range(_SCALES)))
        self.gate = AggregationGate(inner)
        self.conv3 = ConvNorm(inner, outputs, kernel_size=1, linear=True)
        same = inputs == outputs
        self.downsample = nn.Identity() if same else ConvNorm(inputs, outputs, kernel_size=1, linear=True)

    def forward(self, features: Float[Tensor, "batch i h w"]) -> Float[Tensor, "batch o h w"]:
        reduced = self.conv1(features)
        branches = (self.conv2a, self.conv2b, self.conv2c, self.conv2d)
        omni_scale = sum(self.gate(branch(reduced)) for branch in branches)
        out: Tensor = self.conv3(omni_scale) + self.downsample(features)
        return out.relu_()


def _stage(inputs: int, outputs: int, *, shrink: bool) -> nn.Sequential:
    stage = nn.Sequential(OmniScaleBlock(inputs, outputs), OmniScaleBlock(outputs, outputs))
    if shrink:
        stage.append(nn.Sequential(ConvNorm(outputs, outputs, kernel_size=1), nn.AvgPool2d(2)))
    return stage
