"""Noise on the maps that a network reads in fitting: a few hundred identities are soon known by heart."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

LARGEST_SHARE = 0.4


class MapErasing(nn.Module):
    """In training mode sets a random rectangle of a map to zero, in all channels; else does nothing.

    Args:
        probability: that an image of the batch is touched; height and width of the rectangle are each up
            to 40 % of the map's.
    """

    def __init__(self, probability: float) -> None:
        super().__init__()
        self.probability = probability

    def forward(self, maps: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        """Maps of the same shape; the given ones are not changed."""
        if not self.training or self.probability == 0:
            return maps
        count, _, height, width = maps.shape
        draws = torch.rand(5, count, 1, 1, device=maps.device)
        rows = torch.arange(height, device=maps.device)[None, :, None]
        columns = torch.arange(width, device=maps.device)[None, None, :]
        tall, wide = (1 + draws[i] * (LARGEST_SHARE * side - 1) for i, side in ((0, height), (1, width)))
        top, left = draws[2] * (height - tall), draws[3] * (width - wide)
        inside = (rows >= top) & (rows < top + tall) & (columns >= left) & (columns < left + wide)
        erased = inside & (draws[4] < self.probability)
        return maps * ~erased[:, None]
