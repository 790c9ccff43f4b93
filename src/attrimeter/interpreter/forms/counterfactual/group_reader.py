"""Reading attribute groups in one image: where each is, and what it looks like to the target."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, pixel_unshuffle, relu

from attrimeter.interpreter.forms.form import HeadLike

TINY = 1e-6
FINER = 2
"""How much finer than the last map the shallow map is read, per side."""


@dataclass(frozen=True)
class GroupReading:
    """n images, group by group.

    Attributes:
        scores: logit that a cell shows the group's body parts.
        features: what is seen there, and at a place that the network chooses freely.
        carried: what the group's cells carry of the target's embedding (its head, split by the maps).
        presence: the highest probability of any cell, in [0, 1].
    """

    scores: Float[Tensor, "n groups h w"]
    features: Float[Tensor, "n groups f"]
    carried: Float[Tensor, "n groups d"]
    presence: Float[Tensor, "n groups"]


class GroupReader(nn.Module):
    """A light network on the target's two maps: one map per group, and features pooled by it.

    The shallow map is read at twice the resolution of the last one, its four cells side by side as
    channels, so that small things are not averaged away; two more channels hold the position.

    Args:
        channels, shallow_channels: of the target's two maps.
        groups: G.
        hidden: channels between the layers.
        features: channels of a pooled feature; each group has twice as many, one half from its own map
            and one half from an attention that no part mask supervises.
        blocks: residual blocks (3x3 by channel, then 1x1).
        dropout: share of the read channels that is set to zero in fitting.
    """

    def __init__(
        self,
        *,
        channels: int,
        shallow_channels: int,
        groups: int,
        hidden: int = 160,
        features: int = 96,
        blocks: int = 3,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        read = channels + FINER**2 * shallow_channels + 2
        self.standardise = nn.BatchNorm2d(read, affine=False)
        self.noise = nn.Dropout2d(dropout)
        self.reduce = nn.Sequential(
            nn.Conv2d(read, hidden, 1, bias=False),
            nn.BatchNorm2d(hidden),
            nn.ReLU(),
            *[_Block(hidden) for _ in range(blocks)],
        )
        self.draw = nn.Conv2d(hidden, groups, 1)
        self.attend = nn.Conv2d(hidden, groups, 1)
        self.describe = nn.Conv2d(hidden, features, 1)

    def forward(
        self, last: Float[Tensor, "n c h w"], shallow: Float[Tensor, "n s h2 w2"], head: HeadLike
    ) -> GroupReading:
        """Read n images; ``head`` is the target's, to say what the maps carry of the embedding."""
        seen = torch.cat([last, fold_finer(shallow, last), _positions(last)], dim=1)
        hidden = self.reduce(self.noise(self.standardise(seen.contiguous(memory_format=torch.channels_last))))
        scores = self.draw(hidden)
        maps = scores.sigmoid()
        values = self.describe(hidden).flatten(2)
        own = (maps / maps.sum(dim=(2, 3), keepdim=True).clamp(min=TINY)).flatten(2)
        free = self.attend(hidden).flatten(2).softmax(dim=2)
        weights = torch.stack([own, free], dim=2)
        return GroupReading(
            scores=scores,
            features=torch.einsum("ngap,ncp->ngac", weights, values).flatten(2),
            carried=head.split(last, maps)[0],
            presence=maps.amax(dim=(2, 3)),
        )


def fold_finer(
    shallow: Float[Tensor, "n s h2 w2"], last: Float[Tensor, "n c h w"]
) -> Float[Tensor, "n folded h w"]:
    """The shallow map on the grid of the last one, at twice its resolution: four cells become channels."""
    height, width = last.shape[2:]
    size = (FINER * height, FINER * width)
    finer = shallow if tuple(shallow.shape[2:]) == size else adaptive_avg_pool2d(shallow, size)
    return pixel_unshuffle(finer, FINER)


def _positions(last: Float[Tensor, "n c h w"]) -> Float[Tensor, "n 2 h w"]:
    height, width = last.shape[2:]
    rows = torch.linspace(-1, 1, height, device=last.device, dtype=last.dtype)
    columns = torch.linspace(-1, 1, width, device=last.device, dtype=last.dtype)
    grid = torch.stack(torch.meshgrid(rows, columns, indexing="ij"))
    return grid[None].expand(last.shape[0], -1, -1, -1)


class _Block(nn.Module):
    """A residual block: 3x3 within each channel, then 1x1 across them."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, maps: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        return relu(maps + self.body(maps))
