"""A second, plain computation of ResNet ReID models, from tensors under their usual names alone.

Golden tests of the families compare with it. Nothing here knows anything of attrimeter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

Weights = Mapping[str, Tensor]
Shapes = dict[str, tuple[int, ...]]
NonLocal = Mapping[str, Sequence[str]]
"""Stage ("layer2") -> the non-local blocks ("NL_2.0", ...) that follow the last of its blocks, in order."""

BLOCKS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}

AGW_NON_LOCAL: NonLocal = {
    "layer2": ("NL_2.0", "NL_2.1"),
    "layer3": ("NL_3.0", "NL_3.1", "NL_3.2"),
}
"""Where AGW and SBS have them."""


# Names and values.


def resnet_shapes(
    depth: int,
    *,
    prefix: str = "",
    ibn: bool = False,
    non_local: NonLocal | None = None,
    non_local_width: int = 1,
    width: int = 64,
) -> Shapes:
    """Every tensor of the body of a ResNet 50 or 101 under its usual name, BatchNorm's counters included."""
    shapes: Shapes = {f"{prefix}conv1.weight": (width, 3, 7, 7)} | norm_shapes(f"{prefix}bn1", width)
    inputs = width
    for stage, blocks in enumerate(BLOCKS[depth], 1):
        inner = width * 2 ** (stage - 1)
        for number in range(blocks):
            name = f"{prefix}layer{stage}.{number}"
            shapes |= _block_shapes(name, inputs, inner, ibn=ibn and stage < 4, shortcut=number == 0)
            inputs = 4 * inner
        for name in (non_local or {}).get(f"layer{stage}", ()):
            shapes |= non_local_shapes(f"{prefix}{name}", inputs, non_local_width)
    return shapes


def norm_shapes(name: str, channels: int) -> Shapes:
    """A BatchNorm."""
    parts = ("weight", "bias", "running_mean", "running_var")
    return {f"{name}.{part}": (channels,) for part in parts} | {f"{name}.num_batches_tracked": ()}


def linear_shapes(name: str, inputs: int, outputs: int, *, bias: bool = True) -> Shapes:
    """A Linear."""
    return {f"{name}.weight": (outputs, inputs)} | ({f"{name}.bias": (outputs,)} if bias else {})


def non_local_shapes(name: str, channels: int, width: int) -> Shapes:
    """A non-local block."""
    shapes: Shapes = {}
    for inner in ("g", "theta", "phi"):
        shapes |= {f"{name}.{inner}.weight": (width, channels, 1, 1), f"{name}.{inner}.bias": (width,)}
    shapes |= {f"{name}.W.0.weight": (channels, width, 1, 1), f"{name}.W.0.bias": (channels,)}
    return shapes | norm_shapes(f"{name}.W.1", channels)


def _block_shapes(name: str, inputs: int, inner: int, *, ibn: bool, shortcut: bool) -> Shapes:
    shapes: Shapes = {
        f"{name}.conv1.weight": (inner, inputs, 1, 1),
        f"{name}.conv2.weight": (inner, inner, 3, 3),
        f"{name}.conv3.weight": (4 * inner, inner, 1, 1),
    }
    if ibn:
        half = inner // 2
        shapes |= {f"{name}.bn1.IN.weight": (half,), f"{name}.bn1.IN.bias": (half,)}
        shapes |= norm_shapes(f"{name}.bn1.BN", inner - half)
    else:
        shapes |= norm_shapes(f"{name}.bn1", inner)
    shapes |= norm_shapes(f"{name}.bn2", inner) | norm_shapes(f"{name}.bn3", 4 * inner)
    if shortcut:
        shapes |= {f"{name}.downsample.0.weight": (4 * inner, inputs, 1, 1)}
        shapes |= norm_shapes(f"{name}.downsample.1", 4 * inner)
    return shapes


def random_weights(shapes: Shapes, *, seed: int = 0) -> dict[str, Tensor]:
    """Float32 values under which every layer matters, and no map grows or fades with depth."""
    generator = torch.Generator().manual_seed(seed)
    return {name: _random_tensor(name, shape, generator) for name, shape in shapes.items()}


def zero_weights(shapes: Shapes) -> dict[str, Tensor]:
    """Zeros in half precision, made fast, for checkpoints that are to be refused."""
    return {name: torch.zeros(shape, dtype=torch.float16) for name, shape in shapes.items()}


def _random_tensor(name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    if name.endswith("num_batches_tracked"):
        return torch.tensor(7)
    if name.endswith("running_var"):
        return torch.empty(shape).uniform_(0.5, 1.5, generator=generator)
    mean, deviation = 0.0, 0.2
    if len(shape) > 1:
        fan_in = math.prod(shape[1:])
        is_weighing = any(f".{inner}." in name for inner in ("g", "theta", "phi"))  # cubic in the map
        deviation = (0.7 if is_weighing else 1.4) / math.sqrt(fan_in)
    elif name.endswith(".weight"):
        mean = 0.5
    return torch.empty(shape).normal_(mean, deviation, generator=generator)


# The body.


def plain_resnet(
    images: Tensor,
    weights: Weights,
    *,
    prefix: str = "",
    stem_relu: bool = True,
    stem_pool: str = "padded",
    last_stride: int = 1,
    non_local: NonLocal | None = None,
) -> tuple[Tensor, Tensor]:
    """The map after layer2, and the last map. The depth of each stage is read from the names."""
    x = plain_stem(images, weights, prefix, relu=stem_relu, pool=stem_pool)
    maps = []
    for stage, stride in (("layer1", 1), ("layer2", 2), ("layer3", 2), ("layer4", last_stride)):
        following = [f"{prefix}{name}" for name in (non_local or {}).get(stage, ())]
        x = plain_stage(x, weights, f"{prefix}{stage}", stride=stride, non_local=following)
        maps.append(x)
    return maps[1], maps[3]


def plain_stem(
    images: Tensor, weights: Weights, prefix: str = "", *, relu: bool = True, pool: str = "padded"
) -> Tensor:
    """conv1, bn1, perhaps a ReLU, and the max-pool: "padded", "ceil" or "none"."""
    x = F.conv2d(images, weights[f"{prefix}conv1.weight"], stride=2, padding=3)
    x = plain_batch_norm(x, weights, f"{prefix}bn1")
    x = F.relu(x) if relu else x
    if pool == "padded":
        return F.max_pool2d(x, 3, 2, padding=1)
    return F.max_pool2d(x, 3, 2, ceil_mode=True) if pool == "ceil" else x


def plain_stage(
    x: Tensor, weights: Weights, name: str, *, stride: int = 1, non_local: Sequence[str] = ()
) -> Tensor:
    """The blocks "<name>.0", "<name>.1", ... as far as there are any."""
    depth = 0
    while f"{name}.{depth}.conv1.weight" in weights:
        depth += 1
    for number in range(depth):
        x = plain_block(x, weights, f"{name}.{number}", stride=stride if number == 0 else 1)
        following = number - (depth - len(non_local))
        if following >= 0:
            x = plain_non_local(x, weights, non_local[following])
    return x


def plain_block(x: Tensor, weights: Weights, name: str, *, stride: int = 1) -> Tensor:
    """1x1, 3x3 with the stride, 1x1, beside a shortcut; IBN-a where the names have it."""
    inner = F.conv2d(x, weights[f"{name}.conv1.weight"])
    if f"{name}.bn1.IN.weight" in weights:
        half = len(weights[f"{name}.bn1.IN.weight"])
        by_image = plain_instance_norm(inner[:, :half], weights, f"{name}.bn1.IN")
        inner = torch.cat([by_image, plain_batch_norm(inner[:, half:], weights, f"{name}.bn1.BN")], dim=1)
    else:
        inner = plain_batch_norm(inner, weights, f"{name}.bn1")
    inner = F.conv2d(F.relu(inner), weights[f"{name}.conv2.weight"], stride=stride, padding=1)
    inner = F.conv2d(F.relu(plain_batch_norm(inner, weights, f"{name}.bn2")), weights[f"{name}.conv3.weight"])
    inner = plain_batch_norm(inner, weights, f"{name}.bn3")
    if f"{name}.downsample.0.weight" in weights:
        x = F.conv2d(x, weights[f"{name}.downsample.0.weight"], stride=stride)
        x = plain_batch_norm(x, weights, f"{name}.downsample.1")
    return F.relu(inner + x)


def plain_non_local(x: Tensor, weights: Weights, name: str) -> Tensor:
    """x + W(y), y at a cell = the mean over all cells j of (theta . phi_j) g_j."""
    theta, phi, g = (
        F.conv2d(x, weights[f"{name}.{inner}.weight"], weights[f"{name}.{inner}.bias"])
        for inner in ("theta", "phi", "g")
    )
    cells = x.shape[2] * x.shape[3]
    y = torch.einsum("ndhw,ndij,neij->nehw", theta, phi, g) / cells
    y = F.conv2d(y, weights[f"{name}.W.0.weight"], weights[f"{name}.W.0.bias"])
    return x + plain_batch_norm(y, weights, f"{name}.W.1")


def plain_instance_norm(x: Tensor, weights: Weights, name: str) -> Tensor:
    """Each channel of each image has mean 0 and variance 1, then weight and bias."""
    centred = x - x.mean((2, 3), keepdim=True)
    normed = centred / torch.sqrt(centred.square().mean((2, 3), keepdim=True) + 1e-5)
    return normed * weights[f"{name}.weight"].view(-1, 1, 1) + weights[f"{name}.bias"].view(-1, 1, 1)


# The head.


def plain_pool(x: Tensor, kind: str, *, power: Tensor | float = 3.0) -> Tensor:
    """By "gap", "gem" (with ``power``; cells at least 1e-6) or "max"."""
    if kind == "gem":
        return x.clamp(min=1e-6).pow(power).mean((2, 3)).pow(1 / power)
    return x.mean((2, 3)) if kind == "gap" else x.flatten(2).max(dim=2).values


def plain_batch_norm(x: Tensor, weights: Weights, name: str) -> Tensor:
    """BatchNorm of maps or of vectors, with the running statistics."""
    shape = (-1, *[1] * (x.ndim - 2))
    mean, variance, weight, bias = (
        weights[f"{name}.{part}"].view(shape) for part in ("running_mean", "running_var", "weight", "bias")
    )
    return (x - mean) / torch.sqrt(variance + 1e-5) * weight + bias


def plain_linear(x: Tensor, weights: Weights, name: str) -> Tensor:
    """A Linear, with a bias where there is one."""
    return F.linear(x, weights[f"{name}.weight"], weights.get(f"{name}.bias"))


def plain_normalise(x: Tensor) -> Tensor:
    """Vectors of length one."""
    return x / x.square().sum(dim=1, keepdim=True).sqrt()


# Comparing.


def in_double(weights: Weights) -> dict[str, Tensor]:
    """The weights in float64, in which the plain computation has no rounding to speak of."""
    return {name: tensor.double() for name, tensor in weights.items()}


def relative_difference(ours: Tensor, plain: Tensor) -> float:
    """The largest difference over the largest value."""
    return float((ours.double() - plain).abs().max() / plain.abs().max())
