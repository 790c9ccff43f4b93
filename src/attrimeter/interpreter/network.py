"""The network that draws the maps and reads the attributes."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn


@dataclass(frozen=True)
class NetworkOutput:
    """Raw map scores (n x maps x h x w) and the hidden map they were drawn from (n x hidden x h x w)."""

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
            for the light variant, which reads the target's last map as it is.
    """

    def __init__(
        self, *, channels: int, attributes: int, maps: int, hidden: int = 256, trunk: nn.Module | None = None
    ) -> None:
        super().__init__()
        self.trunk = trunk
        self.standardise = nn.BatchNorm2d(channels, affine=False)
        self.reduce = nn.Sequential(
            nn.Conv2d(channels, hidden, 3, padding=1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU()
        )
        self.draw = nn.Conv2d(hidden, maps, 1)
        self.evidence = nn.Parameter(torch.zeros(attributes, hidden))
        self.evidence_bias = nn.Parameter(torch.zeros(attributes))

    def forward(self, feature: Float[Tensor, "n channels h w"]) -> NetworkOutput:
        """Score maps for the target's last map (or its shallow map where there is an own trunk)."""
        deep = feature if self.trunk is None else self.trunk(feature)
        hidden = self.reduce(self.standardise(deep))
        return NetworkOutput(scores=self.draw(hidden), hidden=hidden)

    def read_attributes(
        self, hidden: Float[Tensor, "n hidden h w"], maps: Float[Tensor, "n attr h w"]
    ) -> Float[Tensor, "n attr"]:
        """Logit of each attribute's positive state: a linear read-out of what its own map looks at."""
        attention = maps / maps.sum(dim=(2, 3), keepdim=True).clamp(min=1e-12)
        seen = torch.einsum("nkhw,nchw->nkc", attention, hidden)
        return (seen * self.evidence).sum(dim=2) + self.evidence_bias
