"""The network that draws the maps and reads the attributes, and the noise that it is fitted with."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d

LARGEST_SHARE = 0.4


class MapErasing(nn.Module):
    """In training mode sets a random rectangle of a map to zero, in all channels; else does nothing.

    Without noise on what the network reads, a few hundred identities are soon known by heart.

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


@dataclass(frozen=True)
class NetworkOutput:
    """Raw map scores and the hidden map that they were drawn from."""

    scores: Float[Tensor, "n maps h w"]
    hidden: Float[Tensor, "n hidden h w"]


class AttentionNetwork(nn.Module):
    """conv3x3 to ``hidden`` channels, then conv1x1 to one score map per attribute (AMD, ICCV 2021).

    Args:
        channels: of the map that the convolutions read.
        attributes: K.
        maps: score maps to draw, K or K + 1.
        hidden: channels between the two convolutions.
        trunk: an own trainable copy of the target's deep layers, which reads the target's shallow map; None
            for the light variant, which reads the target's last map and its shallow map as they are.
        dropout: share of the read channels that is set to zero in fitting.
        erasing: probability that a rectangle of the read map is set to zero in fitting.
    """

    def __init__(
        self,
        *,
        channels: int,
        attributes: int,
        maps: int,
        hidden: int = 256,
        trunk: nn.Module | None = None,
        dropout: float = 0.1,
        erasing: float = 0.5,
    ) -> None:
        super().__init__()
        self.trunk = trunk
        self.noise = nn.Sequential(nn.Dropout2d(dropout), MapErasing(erasing))
        self.standardise = nn.BatchNorm2d(channels, affine=False)
        self.reduce = nn.Sequential(
            nn.Conv2d(channels, hidden, 3, padding=1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU()
        )
        self.draw = nn.Conv2d(hidden, maps, 1)
        self.attributes = attributes
        self.evidence = nn.Parameter(torch.zeros(attributes, hidden))
        self.evidence_bias = nn.Parameter(torch.zeros(attributes))
        self.share_scale = nn.Parameter(torch.zeros(()))
        self.share_offset = nn.Parameter(torch.tensor(-1.0))

    def forward(self, last: Float[Tensor, "n c h w"], shallow: Float[Tensor, "n s h2 w2"]) -> NetworkOutput:
        """Score maps on the grid of the last map."""
        if self.trunk is None:
            feature = self.noise(
                torch.cat([last, adaptive_avg_pool2d(shallow, (last.shape[2], last.shape[3]))], dim=1)
            )
        else:
            feature = self.trunk(self.noise(shallow))
        hidden = self.reduce(self.standardise(feature))
        return NetworkOutput(scores=self.draw(hidden), hidden=hidden)

    def read_attributes(
        self, hidden: Float[Tensor, "n hidden h w"], maps: Float[Tensor, "n attr h w"]
    ) -> Float[Tensor, "n attr"]:
        """Logit of each attribute's positive state: a linear read-out of what its own map looks at."""
        attention = maps / maps.sum(dim=(2, 3), keepdim=True).clamp(min=1e-12)
        seen = torch.einsum("nkhw,nchw->nkc", attention, hidden)
        return (seen * self.evidence).sum(dim=2) + self.evidence_bias

    def difference_logits(self, shares: Float[Tensor, "pairs attr"]) -> Float[Tensor, "pairs attr"]:
        """Logit that an attribute differs, from its share of the attributes' part of the distance.

        A rising line through K times the share, with a learnt slope and offset: it calibrates the shares in
        fitting.
        """
        return self.share_scale.exp() * (shares * shares.shape[1] - 1) + self.share_offset
