"""A second, plain computation of OSNet, OSNet-IBN and OSNet-AIN, from tensors under torchreid's names.

Nothing here knows anything of attrimeter.
"""

from __future__ import annotations

import itertools

import torch
from torch import Tensor
from torch.nn import functional as F

from targets.plain_resnet import Shapes, Weights, norm_shapes, plain_batch_norm, plain_instance_norm

CHANNELS = {
    "x0_25": (16, 64, 96, 128),
    "x0_5": (32, 128, 192, 256),
    "x0_75": (48, 192, 288, 384),
    "x1_0": (64, 256, 384, 512),
}

_STAGES = ("conv2", "conv3", "conv4")
_BY_IMAGE = {
    "osnet": (),
    "osnet_ibn": ("conv2.0", "conv2.1"),
    "osnet_ain": ("conv2.0", "conv2.1", "conv3.1", "conv4.0"),
}
"""Kind -> the blocks with instance normalisation."""


def osnet_shapes(width: str, *, kind: str = "osnet") -> Shapes:
    """Every tensor of a body of the kind "osnet", "osnet_ibn" or "osnet_ain", counters included."""
    channels = CHANNELS[width]
    shapes = _conv_shapes("conv1", 3, channels[0], size=7, norm="batch" if kind == "osnet" else "image")
    for stage, inputs, outputs in zip(_STAGES, channels, channels[1:], strict=False):
        for number in range(2):
            shapes |= _block_shapes(f"{stage}.{number}", inputs if number == 0 else outputs, outputs, kind)
        if stage != "conv4":
            shapes |= _conv_shapes(_transition(stage, kind), outputs, outputs)
    return shapes | _conv_shapes("conv5", channels[3], channels[3])


def plain_osnet(images: Tensor, weights: Weights, *, kind: str = "osnet") -> tuple[Tensor, Tensor]:
    """The shallow map (after two stages) and the last map, written out from the papers' tables."""
    x = F.conv2d(images, weights["conv1.conv.weight"], stride=2, padding=3)
    x = F.max_pool2d(F.relu(_normed(x, weights, "conv1.bn")), 3, 2, 1)
    for stage in ("conv2", "conv3"):
        x = _block(_block(x, weights, f"{stage}.0", kind), weights, f"{stage}.1", kind)
        x = F.relu(_conv(x, weights, _transition(stage, kind)))
        x = x.unfold(2, 2, 2).unfold(3, 2, 2).mean((4, 5))
    shallow = x
    x = _block(_block(x, weights, "conv4.0", kind), weights, "conv4.1", kind)
    return shallow, F.relu(_conv(x, weights, "conv5"))


def _transition(stage: str, kind: str) -> str:
    return f"pool{stage[-1]}.0" if kind == "osnet_ain" else f"{stage}.2.0"


def _branches(block: str, kind: str) -> list[list[str]]:
    """The names of the light convolutions of the four branches."""
    if kind == "osnet_ain":
        return [[f"{block}.conv2.{t}.layers.{step}" for step in range(t + 1)] for t in range(4)]
    longer = [[f"{block}.conv2{'abcd'[t]}.{step}" for step in range(t + 1)] for t in range(1, 4)]
    return [[f"{block}.conv2a"], *longer]


def _conv_shapes(name: str, inputs: int, outputs: int, *, size: int = 1, norm: str = "batch") -> Shapes:
    shapes: Shapes = {f"{name}.conv.weight": (outputs, inputs, size, size)}
    if norm == "image":
        shapes |= {f"{name}.bn.weight": (outputs,), f"{name}.bn.bias": (outputs,)}
    return shapes | (norm_shapes(f"{name}.bn", outputs) if norm == "batch" else {})


def _block_shapes(name: str, inputs: int, outputs: int, kind: str) -> Shapes:
    inner = outputs // 4
    by_image = name in _BY_IMAGE[kind]
    shapes = _conv_shapes(f"{name}.conv1", inputs, inner)
    for lite in itertools.chain.from_iterable(_branches(name, kind)):
        shapes |= {f"{lite}.conv1.weight": (inner, inner, 1, 1), f"{lite}.conv2.weight": (inner, 1, 3, 3)}
        shapes |= norm_shapes(f"{lite}.bn", inner)
    hidden = inner // 16
    shapes |= {f"{name}.gate.fc1.weight": (hidden, inner, 1, 1), f"{name}.gate.fc1.bias": (hidden,)}
    shapes |= {f"{name}.gate.fc2.weight": (inner, hidden, 1, 1), f"{name}.gate.fc2.bias": (inner,)}
    is_bare = by_image and kind == "osnet_ain"
    shapes |= _conv_shapes(f"{name}.conv3", inner, outputs, norm="none" if is_bare else "batch")
    if by_image:
        shapes |= {f"{name}.IN.weight": (outputs,), f"{name}.IN.bias": (outputs,)}
    return shapes | (_conv_shapes(f"{name}.downsample", inputs, outputs) if inputs != outputs else {})


def _normed(x: Tensor, weights: Weights, name: str) -> Tensor:
    norm = plain_batch_norm if f"{name}.running_mean" in weights else plain_instance_norm
    return norm(x, weights, name)


def _point(x: Tensor, weights: Weights, name: str) -> Tensor:
    return torch.einsum("oi,nihw->nohw", weights[f"{name}.weight"][:, :, 0, 0], x)


def _conv(x: Tensor, weights: Weights, name: str) -> Tensor:
    """A 1x1 convolution and its normalisation."""
    return _normed(_point(x, weights, f"{name}.conv"), weights, f"{name}.bn")


def _lite(x: Tensor, weights: Weights, name: str) -> Tensor:
    mixed = _point(x, weights, f"{name}.conv1")
    kernel = weights[f"{name}.conv2.weight"]
    height, width = mixed.shape[2:]
    padded = F.pad(mixed, (1, 1, 1, 1))
    spread = sum(
        padded[:, :, dy : dy + height, dx : dx + width] * kernel[:, 0, dy, dx].view(-1, 1, 1)
        for dy in range(3)
        for dx in range(3)
    )
    return F.relu(plain_batch_norm(spread, weights, f"{name}.bn"))


def _gate(x: Tensor, weights: Weights, name: str) -> Tensor:
    hidden = _point(x.mean((2, 3), keepdim=True), weights, f"{name}.fc1")
    hidden = F.relu(hidden + weights[f"{name}.fc1.bias"].view(-1, 1, 1))
    logits = _point(hidden, weights, f"{name}.fc2") + weights[f"{name}.fc2.bias"].view(-1, 1, 1)
    return x / (1 + torch.exp(-logits))


def _block(x: Tensor, weights: Weights, name: str, kind: str) -> Tensor:
    reduced = F.relu(_conv(x, weights, f"{name}.conv1"))
    total = torch.zeros_like(reduced)
    for branch in _branches(name, kind):
        seen = reduced
        for lite in branch:
            seen = _lite(seen, weights, lite)
        total = total + _gate(seen, weights, f"{name}.gate")
    shortcut = _conv(x, weights, f"{name}.downsample") if f"{name}.downsample.conv.weight" in weights else x
    if name not in _BY_IMAGE[kind]:
        return F.relu(_conv(total, weights, f"{name}.conv3") + shortcut)
    if kind == "osnet_ain":  # inside of the residual, in place of BatchNorm
        inner = _point(total, weights, f"{name}.conv3.conv")
        return F.relu(plain_instance_norm(inner, weights, f"{name}.IN") + shortcut)
    inner = _conv(total, weights, f"{name}.conv3")
    return F.relu(plain_instance_norm(inner + shortcut, weights, f"{name}.IN"))
