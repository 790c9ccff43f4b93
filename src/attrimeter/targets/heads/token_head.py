"""From the tokens that enter the last block of a vision transformer to its embedding.

The class token reads all cells at once, so the embedding is no sum over cells and cannot be divided exactly.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.targets.bodies.vision_transformer import KINDS, Block, Kind, token_grid
from attrimeter.targets.heads.opaque_head import KeptCells, UndividedHead
from attrimeter.targets.map_layouts import TokenGrid
from attrimeter.targets.profile import Profile

PARTS = 4
"""Groups of patches of a jigsaw patch module."""

SHUFFLED = 2
"""Groups that the patches are dealt from, one of each in turn."""


class TokenHead(UndividedHead):
    """The last block and a LayerNorm; the embedding is the class token, perhaps with more beside it.

    Args:
        layout: of the tokens.
        width: of a token.
        kind: of the transformer.
        projection: numbers of a linear projection of the class token that stand behind it, or 0; as in
            CLIP-ReID (Li et al., AAAI 2023).
        shift: first patch of the jigsaw patch module of TransReID (He et al., ICCV 2021), from 1: a second
            last block reads four groups of the patches by themselves, and four class tokens, divided by
            four, stand behind the first. 0 for none.
        normalise: whether the embedding is divided by its length.
    """

    rows = 64

    def __init__(
        self,
        layout: TokenGrid,
        *,
        width: int,
        kind: Kind,
        projection: int = 0,
        shift: int = 0,
        normalise: bool = False,
    ) -> None:
        super().__init__(KeptCells(layout), normalise=normalise)
        self.layout = layout
        self.shift = shift
        self.block, self.norm = Block(width, kind), nn.LayerNorm(width, eps=kind.epsilon)
        self.projection = nn.Parameter(torch.randn(width, projection) / width**0.5) if projection else None
        if shift:
            self.part_block, self.part_norm = Block(width, kind), nn.LayerNorm(width, eps=kind.epsilon)

    def _project(self, pooled: Float[Tensor, "*batch c h w"]) -> Float[Tensor, "*batch d"]:
        done = self._finish(self.layout.from_map(pooled.flatten(0, -4)))
        return done.reshape(*pooled.shape[:-3], done.shape[1])

    def _finish(self, tokens: Float[Tensor, "n t c"]) -> Float[Tensor, "n d"]:
        whole: Tensor = self.norm(self.block(tokens))[:, 0]
        if self.projection is not None:
            return torch.cat([whole, whole @ self.projection], dim=1)
        return torch.cat([whole, *self._read_parts(tokens)], dim=1) if self.shift else whole

    def _read_parts(self, tokens: Float[Tensor, "n t c"]) -> list[Float[Tensor, "n c"]]:
        first, patches = tokens[:, :1], deal_patches(tokens[:, 1:], self.shift)
        size = (tokens.shape[1] - 1) // PARTS
        groups = [patches[:, part * size : (part + 1) * size] for part in range(PARTS)]
        read = [self.part_norm(self.part_block(torch.cat([first, group], dim=1))) for group in groups]
        return [part[:, 0] / PARTS for part in read]


def deal_patches(patches: Float[Tensor, "n p c"], shift: int) -> Float[Tensor, "n q c"]:
    """The patches in the order of TransReID's jigsaw patch module.

    They begin with number ``shift`` (from 1), and those before it go to the end; then the first of each half
    come first, the second of each half next. Of an odd number the last but one is there twice, at the end.
    """
    turned = torch.cat([patches[:, shift - 1 :], patches[:, : shift - 1]], dim=1)
    if turned.shape[1] % SHUFFLED:
        turned = torch.cat([turned, turned[:, -2:-1]], dim=1)
    return torch.stack(turned.chunk(SHUFFLED, dim=1), dim=2).flatten(1, 2)


def build_token_head(profile: Profile, *, normalise: bool) -> TokenHead:
    """The head of a profile's vision transformer."""
    return TokenHead(
        token_grid(profile),
        width=profile.width,
        kind=KINDS[profile.architecture],
        projection=profile.linear_size if profile.neck == "projection" else 0,
        shift=profile.patch_shift if profile.pooling == "jigsaw" else 0,
        normalise=normalise,
    )
