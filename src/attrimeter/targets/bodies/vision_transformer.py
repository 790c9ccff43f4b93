"""The body of a vision transformer: tokens of overlapping patches and a class token, through blocks.

Dosovitskiy et al., "An image is worth 16x16 words", ICLR 2021. The class token rides along behind the
channels of the cells (see :class:`attrimeter.targets.map_layouts.TokenGrid`), so that a map is all that the
next layer needs. The last map is what enters the last block, where the class token still reads from cells;
that block belongs to the head.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import gelu, scaled_dot_product_attention

from attrimeter.targets.bodies.backbone import Backbone
from attrimeter.targets.map_layouts import TokenGrid
from attrimeter.targets.profile import Profile

PATCH = 16
"""Height and width of a patch, in pixels."""

POSITIONS = "backbone.tokens.positions"
"""The one tensor whose shape depends on the size of the input."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What the transformers of a code base have in common.

    Attributes:
        head_size: channels of an attention head, whatever the width.
        expansion: hidden channels of a block's perceptron, as a multiple of its width.
        qkv_bias: whether queries, keys and values have a bias.
        scale: of the products of queries and keys; None is head_size ** -0.5.
        quick: whether the perceptron's activation is x * sigmoid(1.702 x) instead of GELU.
        epsilon: of the LayerNorms.
        is_clip: whether the tokens are normalised before the first block, and patches have no bias; as in
            CLIP, whose class token and positions have no dimension for the batch either.
    """

    head_size: int = 64
    expansion: int = 4
    qkv_bias: bool = True
    scale: float | None = None
    quick: bool = False
    epsilon: float = 1e-6
    is_clip: bool = False


KINDS = {
    "transreid_vit": Kind(),
    "transreid_vit_small": Kind(head_size=96, expansion=3, qkv_bias=False, scale=768**-0.5),
    "clip_vit": Kind(quick=True, epsilon=1e-5, is_clip=True),
}
"""Architecture -> what its transformers have in common."""


class Block(nn.Module):
    """Attention of all tokens to all, then a perceptron on each; both are added to what came in."""

    def __init__(self, width: int, kind: Kind) -> None:
        super().__init__()
        self.heads = max(1, width // kind.head_size)
        self.scale = kind.scale
        self.quick = kind.quick
        hidden = kind.expansion * width
        self.norm1 = nn.LayerNorm(width, eps=kind.epsilon)
        self.qkv = nn.Linear(width, 3 * width, bias=kind.qkv_bias)
        self.proj = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width, eps=kind.epsilon)
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, tokens: Float[Tensor, "n t c"]) -> Float[Tensor, "n t c"]:
        """The tokens after the block."""
        tokens = tokens + self.proj(self._attend(self.qkv(self.norm1(tokens))))
        hidden = self.fc1(self.norm2(tokens))
        hidden = hidden * torch.sigmoid(1.702 * hidden) if self.quick else gelu(hidden)
        done: Tensor = tokens + self.fc2(hidden)
        return done

    def _attend(self, qkv: Float[Tensor, "n t 3c"]) -> Float[Tensor, "n t c"]:
        batch, tokens, channels = qkv.shape
        parts = qkv.reshape(batch, tokens, 3, self.heads, channels // 3 // self.heads).permute(2, 0, 3, 1, 4)
        seen = scaled_dot_product_attention(parts[0], parts[1], parts[2], scale=self.scale)
        return seen.transpose(1, 2).reshape(batch, tokens, channels // 3)


class PatchTokens(nn.Module):
    """From images to the map of the first tokens: patches, the class token, and where each one lies."""

    def __init__(self, profile: Profile, kind: Kind, layout: TokenGrid) -> None:
        super().__init__()
        width, lead = profile.width, () if kind.is_clip else (1,)
        self.layout = layout
        self.patches = nn.Conv2d(3, width, PATCH, profile.patch_stride, bias=not kind.is_clip)
        self.class_token = nn.Parameter(0.02 * torch.randn(*lead, *lead, width))
        self.positions = nn.Parameter(0.02 * torch.randn(*lead, 1 + layout.rows * layout.columns, width))
        self.norm = nn.LayerNorm(width, eps=kind.epsilon) if kind.is_clip else nn.Identity()

    def forward(self, images: Float[Tensor, "n 3 height width"]) -> Float[Tensor, "n c h w"]:
        """The map."""
        patches = self.patches(images).flatten(2).transpose(1, 2)
        first = self.class_token.expand(len(patches), 1, -1)
        return self.layout.to_map(self.norm(torch.cat([first, patches], dim=1) + self.positions))


class TokenBlocks(nn.Module):
    """Blocks, under their numbers, from map to map."""

    def __init__(self, blocks: Iterable[Block], layout: TokenGrid) -> None:
        super().__init__()
        self.layout = layout
        for number, block in enumerate(blocks):
            self.add_module(str(number), block)

    def forward(self, features: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        """The map after them."""
        tokens = self.layout.from_map(features)
        for block in self.children():
            tokens = block(tokens)
        return self.layout.to_map(tokens)


def count_patches(image_size: tuple[int, int], stride: int) -> tuple[int, int]:
    """Rows and columns of patches, at least one each, in an image; what is left at its ends has none."""
    rows, columns = (max(1, (side - PATCH) // stride + 1) for side in image_size)
    return rows, columns


def token_grid(profile: Profile) -> TokenGrid:
    """How the tokens of a profile's transformer lie on the image."""
    return TokenGrid(*count_patches(profile.image_size, profile.patch_stride), leading=1)


def build_vision_transformer(profile: Profile) -> Backbone:
    """The body that a profile describes: ``tokens``, then ``blocks`` without the last one.

    The shallow map is the input itself, because nothing between pixels and tokens is finer than these.
    """
    kind, layout = KINDS[profile.architecture], token_grid(profile)
    blocks = [Block(profile.width, kind) for _ in range(profile.depth - 1)]
    return Backbone(
        {"tokens": PatchTokens(profile, kind, layout), "blocks": TokenBlocks(blocks, layout)},
        deep_from="tokens",
        shallow_channels=3,
        channels=2 * profile.width,
    )


BODIES: dict[str, Callable[[Profile], Backbone]] = dict.fromkeys(KINDS, build_vision_transformer)
"""Every vision transformer by its architecture."""
