"""A second, plain computation of vision transformers, from tensors under the names of TransReID or CLIP-ReID.

Nothing here knows anything of attrimeter. Each image, head and token is computed by itself, in float64.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from targets.plain_resnet import Shapes, Weights, linear_shapes, norm_shapes


class Names(NamedTuple):
    """What a code base calls the parts of a block, in order: norm, qkv, projection, norm, two Linears."""

    norm1: str
    qkv: str
    proj: str
    norm2: str
    fc1: str
    fc2: str


TIMM = Names("norm1", "attn.qkv.", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2")
CLIP = Names("ln_1", "attn.in_proj_", "attn.out_proj", "ln_2", "mlp.c_fc", "mlp.c_proj")


class Size(NamedTuple):
    """How large a transformer is."""

    width: int = 128
    depth: int = 3
    patches: int = 18
    expansion: int = 4
    qkv_bias: bool = True


def layer_norm_shapes(name: str, width: int) -> Shapes:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}


def block_shapes(name: str, size: Size, names: Names) -> Shapes:
    """A block; its name ends in a dot."""
    width, hidden = size.width, size.expansion * size.width
    shapes: Shapes = {f"{name}{names.qkv}weight": (3 * width, width)}
    if size.qkv_bias:
        shapes |= {f"{name}{names.qkv}bias": (3 * width,)}
    shapes |= layer_norm_shapes(name + names.norm1, width) | layer_norm_shapes(name + names.norm2, width)
    shapes |= linear_shapes(name + names.proj, width, width)
    return (
        shapes
        | linear_shapes(name + names.fc1, width, hidden)
        | linear_shapes(name + names.fc2, hidden, width)
    )


def transreid_shapes(size: Size, *, jigsaw: bool = False, cameras: int = 0, classes: int = 7) -> Shapes:
    """Every tensor that TransReID saves."""
    width = size.width
    shapes: Shapes = {
        "base.cls_token": (1, 1, width),
        "base.pos_embed": (1, 1 + size.patches, width),
        "base.patch_embed.proj.weight": (width, 3, 16, 16),
        "base.patch_embed.proj.bias": (width,),
    }
    if cameras:
        shapes |= {"base.sie_embed": (cameras, 1, width)}
    for number in range(size.depth):
        shapes |= block_shapes(f"base.blocks.{number}.", size, TIMM)
    shapes |= layer_norm_shapes("base.norm", width) | linear_shapes("base.fc", width, 1000)
    for end in ("", "_1", "_2", "_3", "_4") if jigsaw else ("",):
        shapes |= linear_shapes(f"classifier{end}", width, classes, bias=False)
        shapes |= norm_shapes(f"bottleneck{end}", width)
    if jigsaw:
        for branch in ("b1", "b2"):
            shapes |= block_shapes(f"{branch}.0.", size, TIMM) | layer_norm_shapes(f"{branch}.1", width)
    return shapes


def clip_reid_shapes(size: Size, *, projected: int = 64, cameras: int = 0, texts: bool = True) -> Shapes:
    """Every tensor of an image that CLIP-ReID saves, and some of those that read text."""
    width = size.width
    shapes: Shapes = {
        "image_encoder.class_embedding": (width,),
        "image_encoder.positional_embedding": (1 + size.patches, width),
        "image_encoder.proj": (width, projected),
        "image_encoder.conv1.weight": (width, 3, 16, 16),
    }
    for name in ("ln_pre", "ln_post"):
        shapes |= layer_norm_shapes(f"image_encoder.{name}", width)
    for number in range(size.depth):
        shapes |= block_shapes(f"image_encoder.transformer.resblocks.{number}.", size, CLIP)
    for end, channels in (("", width), ("_proj", projected)):
        shapes |= linear_shapes(f"classifier{end}", channels, 7, bias=False)
        shapes |= norm_shapes(f"bottleneck{end}", channels)
    if cameras:
        shapes |= {"cv_embed": (cameras, width)}
    if texts:
        shapes |= {"prompt_learner.cls_ctx": (7, 4, 16), "prompt_learner.token_prefix": (1, 5, 16)}
        shapes |= {"text_encoder.positional_embedding": (77, 16), "text_encoder.text_projection": (16, 16)}
        shapes |= block_shapes("text_encoder.transformer.resblocks.0.", Size(width=16), CLIP)
    return shapes


def plain_transreid(
    images: Tensor, weights: Weights, size: Size, *, stride: int, head_size: int, scale: float, shift: int = 0
) -> Tensor:
    """The feature before the neck; that of the jigsaw patch module where ``shift`` is not 0."""

    def run(tokens: Tensor, block: str) -> Tensor:
        return _block(
            tokens, weights, block, TIMM, head_size=head_size, scale=scale, quick=False, epsilon=1e-6
        )

    def norm(tokens: Tensor, name: str) -> Tensor:
        return _layer_norm(tokens, weights, name, 1e-6)

    found = []
    for image in images:
        patches = _patches(image, weights["base.patch_embed.proj.weight"], stride)
        patches = patches + weights["base.patch_embed.proj.bias"]
        tokens = torch.cat([weights["base.cls_token"][0], patches]) + weights["base.pos_embed"][0]
        for number in range(size.depth - 1):
            tokens = run(tokens, f"base.blocks.{number}.")
        if not shift:
            found.append(norm(run(tokens, f"base.blocks.{size.depth - 1}."), "base.norm")[0])
            continue
        parts = [norm(run(tokens, "b1.0."), "b1.1")[0]]
        for group in _jigsaw(list(range(len(tokens) - 1)), shift):
            chosen = torch.stack([tokens[0], *(tokens[1 + patch] for patch in group)])
            parts.append(norm(run(chosen, "b2.0."), "b2.1")[0] / 4)
        found.append(torch.cat(parts))
    return torch.stack(found)


def plain_clip_reid(images: Tensor, weights: Weights, size: Size, *, stride: int) -> Tensor:
    """The class token and its projection, before the necks."""
    found = []
    for image in images:
        patches = _patches(image, weights["image_encoder.conv1.weight"], stride)
        tokens = torch.cat([weights["image_encoder.class_embedding"][None], patches])
        tokens = tokens + weights["image_encoder.positional_embedding"]
        tokens = _layer_norm(tokens, weights, "image_encoder.ln_pre", 1e-5)
        for number in range(size.depth):
            name = f"image_encoder.transformer.resblocks.{number}."
            tokens = _block(
                tokens, weights, name, CLIP, head_size=64, scale=64**-0.5, quick=True, epsilon=1e-5
            )
        token = _layer_norm(tokens, weights, "image_encoder.ln_post", 1e-5)[0]
        found.append(torch.cat([token, token @ weights["image_encoder.proj"]]))
    return torch.stack(found)


def _jigsaw(patches: list[int], shift: int) -> list[list[int]]:
    """Four groups of patches: shifted, dealt in turn from both halves, cut."""
    size = len(patches) // 4
    turned = patches[shift - 1 :] + patches[: shift - 1]
    if len(turned) % 2:
        turned.append(turned[-2])
    half = len(turned) // 2
    dealt = [turned[start + number] for number in range(half) for start in (0, half)]
    return [dealt[size * part : size * (part + 1)] for part in range(4)]


def _patches(image: Tensor, kernel: Tensor, stride: int) -> Tensor:
    """Each patch times the kernel, row by row."""
    height, width = image.shape[1:]
    corners = [(y, x) for y in range(0, height - 15, stride) for x in range(0, width - 15, stride)]
    flat = kernel.flatten(1)
    return torch.stack([flat @ image[:, y : y + 16, x : x + 16].flatten() for y, x in corners])


def _layer_norm(tokens: Tensor, weights: Weights, name: str, epsilon: float) -> Tensor:
    mean = tokens.mean(dim=1, keepdim=True)
    variance = (tokens - mean).square().mean(dim=1, keepdim=True)
    normed = (tokens - mean) / (variance + epsilon).sqrt()
    return normed * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def _linear(tokens: Tensor, weights: Weights, name: str) -> Tensor:
    return tokens @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def _block(
    tokens: Tensor,
    weights: Weights,
    block: str,
    names: Names,
    *,
    head_size: int,
    scale: float,
    quick: bool,
    epsilon: float,
) -> Tensor:
    width = tokens.shape[1]
    normed = _layer_norm(tokens, weights, block + names.norm1, epsilon)
    every = normed @ weights[f"{block}{names.qkv}weight"].T
    if f"{block}{names.qkv}bias" in weights:
        every = every + weights[f"{block}{names.qkv}bias"]
    seen = []
    for start in range(0, width, head_size):
        query, key, value = (every[:, part * width + start :][:, :head_size] for part in range(3))
        scores = torch.exp(scale * query @ key.T)
        seen.append(scores / scores.sum(dim=1, keepdim=True) @ value)
    tokens = tokens + _linear(torch.cat(seen, dim=1), weights, block + names.proj)
    hidden = _linear(_layer_norm(tokens, weights, block + names.norm2, epsilon), weights, block + names.fc1)
    gate = 1 / (1 + torch.exp(-1.702 * hidden)) if quick else (1 + torch.erf(hidden / math.sqrt(2))) / 2
    return tokens + _linear(hidden * gate, weights, block + names.fc2)
