"""OSNet-AIN, which generalises to other cameras (Zhou et al., TPAMI 2021), with the names of torchreid."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.targets.bodies.backbone import Backbone
from attrimeter.targets.bodies.osnet import (
    WIDTHS,
    AggregationGate,
    ConvNorm,
    LightConv,
    build_shortcut,
    build_stem,
    build_transition,
    normalise_by_image,
)

CHANNELS: dict[str, tuple[int, int, int, int]] = {
    f"osnet_ain_{width}": channels for width, channels in WIDTHS.items()
}
"""Channels after the stem and after each of the three stages."""

_BY_IMAGE = ((True, True), (False, True), (True, False))
"""Which blocks of each stage normalise by image: what the architecture search of the paper found."""

_SCALES = 4
_BOTTLENECK_REDUCTION = 4


def build_osnet_ain(architecture: str) -> Backbone:
    """The body of an OSNet-AIN: as OSNet's, with instance normalisation in the stem and in four blocks.

    A 256 x 128 image gives a 16 x 8 map. The shallow layers end with ``pool3``, after the second stage.

    Args:
        architecture: a key of :data:`CHANNELS`.
    """
    stem, first, second, third = CHANNELS[architecture]
    return Backbone(
        {
            "conv1": build_stem(stem, by_image=True),
            "maxpool": nn.MaxPool2d(3, stride=2, padding=1),
            "conv2": _stage(stem, first, by_image=_BY_IMAGE[0]),
            "pool2": build_transition(first),
            "conv3": _stage(first, second, by_image=_BY_IMAGE[1]),
            "pool3": build_transition(second),
            "conv4": _stage(second, third, by_image=_BY_IMAGE[2]),
            "conv5": ConvNorm(third, third, kernel_size=1),
        },
        deep_from="conv4",
        shallow_channels=second,
        channels=third,
    )


class LightStream(nn.Module):
    """Light 3x3 convolutions, one after the other."""

    def __init__(self, channels: int, *, depth: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(*(LightConv(channels) for _ in range(depth)))

    def forward(self, features: Tensor) -> Tensor:
        seen: Tensor = self.layers(features)
        return seen


class StreamBlock(nn.Module):
    """A residual block whose four streams see 3, 5, 7 and 9 pixels and share one gate.

    With ``by_image``, what is added to the shortcut has instance normalisation in place of BatchNorm.
    """

    def __init__(self, inputs: int, outputs: int, *, by_image: bool) -> None:
        super().__init__()
        inner = outputs // _BOTTLENECK_REDUCTION
        self.conv1 = ConvNorm(inputs, inner, kernel_size=1)
        self.conv2 = nn.ModuleList(LightStream(inner, depth=scale) for scale in range(1, _SCALES + 1))
        self.gate = AggregationGate(inner)
        norm = nn.Identity if by_image else nn.BatchNorm2d
        self.conv3 = ConvNorm(inner, outputs, kernel_size=1, linear=True, norm=norm)
        self.IN = normalise_by_image(outputs) if by_image else nn.Identity()
        self.downsample = build_shortcut(inputs, outputs)

    def forward(self, features: Float[Tensor, "batch i h w"]) -> Float[Tensor, "batch o h w"]:
        reduced = self.conv1(features)
        omni_scale = sum(self.gate(stream(reduced)) for stream in self.conv2)
        out: Tensor = self.IN(self.conv3(omni_scale)) + self.downsample(features)
        return out.relu_()


def _stage(inputs: int, outputs: int, *, by_image: tuple[bool, bool]) -> nn.Sequential:
    first, second = by_image
    return nn.Sequential(
        StreamBlock(inputs, outputs, by_image=first), StreamBlock(outputs, outputs, by_image=second)
    )
