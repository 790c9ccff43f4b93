"""OSNet, the omni-scale network (Zhou et al., ICCV 2019), with the parameter names of torchreid."""

from __future__ import annotations

from collections.abc import Callable

from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.targets.bodies.backbone import Backbone

WIDTHS: dict[str, tuple[int, int, int, int]] = {
    "x0_25": (16, 64, 96, 128),
    "x0_5": (32, 128, 192, 256),
    "x0_75": (48, 192, 288, 384),
    "x1_0": (64, 256, 384, 512),
}
"""Channels after the stem and after each of the three stages."""

_IBN = "osnet_ibn_x1_0"

CHANNELS: dict[str, tuple[int, int, int, int]] = {
    **{f"osnet_{width}": channels for width, channels in WIDTHS.items()},
    _IBN: WIDTHS["x1_0"],
}
"""The same by architecture."""

_SCALES = 4
_BOTTLENECK_REDUCTION = 4
_GATE_REDUCTION = 16


def build_osnet(architecture: str) -> Backbone:
    """The body of an OSNet: 7x7 stem, three stages of two omni-scale blocks, and a last 1x1 convolution.

    A 256 x 128 image gives a 16 x 8 map. The shallow layers end with ``conv3``, the second stage. In
    "osnet_ibn_x1_0" the stem, and each block of the first stage after its shortcut, are normalised by image.

    Args:
        architecture: a key of :data:`CHANNELS`.
    """
    stem, first, second, third = CHANNELS[architecture]
    by_image = architecture == _IBN
    return Backbone(
        {
            "conv1": build_stem(stem, by_image=by_image),
            "maxpool": nn.MaxPool2d(3, stride=2, padding=1),
            "conv2": _stage(stem, first, shrink=True, by_image=by_image),
            "conv3": _stage(first, second, shrink=True),
            "conv4": _stage(second, third, shrink=False),
            "conv5": ConvNorm(third, third, kernel_size=1),
        },
        deep_from="conv4",
        shallow_channels=second,
        channels=third,
    )


def normalise_by_image(channels: int) -> nn.Module:
    """Instance normalisation with a learnt scale and shift."""
    return nn.InstanceNorm2d(channels, affine=True)


class ConvNorm(nn.Module):
    """Convolution and normalisation, then a ReLU unless ``linear``."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        *,
        kernel_size: int,
        stride: int = 1,
        linear: bool = False,
        norm: Callable[[int], nn.Module] = nn.BatchNorm2d,
    ) -> None:
        super().__init__()
        padding = kernel_size // 2
        self.conv = nn.Conv2d(inputs, outputs, kernel_size, stride=stride, padding=padding, bias=False)
        self.bn = norm(outputs)
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
    """A residual block whose four branches see 3, 5, 7 and 9 pixels and share one gate.

    With ``by_image``, instance normalisation follows the shortcut.
    """

    def __init__(self, inputs: int, outputs: int, *, by_image: bool = False) -> None:
        super().__init__()
        inner = outputs // _BOTTLENECK_REDUCTION
        self.conv1 = ConvNorm(inputs, inner, kernel_size=1)
        self.conv2a = LightConv(inner)
        self.conv2b = nn.Sequential(*(LightConv(inner) for _ in range(2)))
        self.conv2c = nn.Sequential(*(LightConv(inner) for _ in range(3)))
        self.conv2d = nn.Sequential(*(LightConv(inner) for _ in range(_SCALES)))
        self.gate = AggregationGate(inner)
        self.conv3 = ConvNorm(inner, outputs, kernel_size=1, linear=True)
        self.downsample = build_shortcut(inputs, outputs)
        self.IN = normalise_by_image(outputs) if by_image else nn.Identity()

    def forward(self, features: Float[Tensor, "batch i h w"]) -> Float[Tensor, "batch o h w"]:
        reduced = self.conv1(features)
        branches = (self.conv2a, self.conv2b, self.conv2c, self.conv2d)
        omni_scale = sum(self.gate(branch(reduced)) for branch in branches)
        out: Tensor = self.IN(self.conv3(omni_scale) + self.downsample(features))
        return out.relu_()


def build_stem(outputs: int, *, by_image: bool = False) -> ConvNorm:
    """The 7x7 convolution of stride 2 that sees the image."""
    norm = normalise_by_image if by_image else nn.BatchNorm2d
    return ConvNorm(3, outputs, kernel_size=7, stride=2, norm=norm)


def build_shortcut(inputs: int, outputs: int) -> nn.Module:
    """What stands beside a block: nothing, or a 1x1 convolution where the channels change."""
    return nn.Identity() if inputs == outputs else ConvNorm(inputs, outputs, kernel_size=1, linear=True)


def build_transition(channels: int) -> nn.Sequential:
    """A 1x1 convolution, then a map of half the size."""
    return nn.Sequential(ConvNorm(channels, channels, kernel_size=1), nn.AvgPool2d(2))


def _stage(inputs: int, outputs: int, *, shrink: bool, by_image: bool = False) -> nn.Sequential:
    first = OmniScaleBlock(inputs, outputs, by_image=by_image)
    stage = nn.Sequential(first, OmniScaleBlock(outputs, outputs, by_image=by_image))
    if shrink:
        stage.append(build_transition(outputs))
    return stage
