"""The multiple granularity network of Wang et al. (ACM Multimedia 2018) on a ResNet.

Its layers are shared up to the first block of the third stage; what follows exists three times, as branches.
Their last maps are put side by side as channels, so that they are one map with one partition of its cells.
"""

from __future__ import annotations

import copy
import dataclasses
from collections import OrderedDict
from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.targets.bodies.backbone import Backbone
from attrimeter.targets.bodies.resnet import RESNETS
from attrimeter.targets.heads.piece_head import Piece, PieceHead
from attrimeter.targets.heads.pooling import POOLINGS
from attrimeter.targets.profile import Profile

BRANCHES = ("b1", "b2", "b3")
"""The branches, in the order of their channels."""

PIECES = {
    "b1": (0, 0, 1),
    "b2": (1, 0, 1),
    "b3": (2, 0, 1),
    "b21": (1, 0, 2),
    "b22": (1, 1, 2),
    "b31": (2, 0, 3),
    "b32": (2, 1, 3),
    "b33": (2, 2, 3),
}
"""Each piece's branch, band and number of bands, in the order of the embedding."""

_GATED = "gated_"
_PREFIX = "mgn_"


class Branches(nn.Module):
    """Layers that start from one map; their maps side by side as channels."""

    def __init__(self, branches: dict[str, nn.Module]) -> None:
        super().__init__()
        for name, branch in branches.items():
            self.add_module(name, branch)

    def forward(self, features: Float[Tensor, "batch i h w"]) -> Float[Tensor, "batch o ho wo"]:
        return torch.cat([branch(features) for branch in self.children()], dim=1)


def build_mgn(profile: Profile) -> Backbone:
    """The body of an MGN: a ResNet up to ``layer3.0``, then ``branches.b1``, ``b2`` and ``b3``.

    Each branch has the rest of the third stage as "0" and the fourth as "1". The branches start with the
    same random weights. The shallow layers end with ``layer2``.
    """
    resnet = RESNETS[_resnet_of(profile)](dataclasses.replace(profile, architecture=_resnet_of(profile)))
    layers = OrderedDict(resnet.named_children())
    layer3, layer4 = layers["layer3"], layers.pop("layer4")
    blocks = list(layer3.children())
    layers["layer3"] = nn.Sequential(blocks[0])
    branch = nn.Sequential(nn.Sequential(*blocks[1:]), layer4)
    layers["branches"] = Branches({name: copy.deepcopy(branch) for name in BRANCHES})
    return Backbone(
        layers,
        deep_from="layer3",
        shallow_channels=resnet.shallow_channels,
        channels=len(BRANCHES) * resnet.channels,
    )


def build_mgn_head(profile: Profile, *, channels: int, normalise: bool) -> PieceHead:
    """The head of an MGN: eight pieces, of the three whole maps and of their two and three bands.

    Args:
        profile: of an architecture in :data:`BODIES`.
        channels: of the three maps together.
        normalise: whether the embedding is divided by its length.
    """
    width = channels // len(BRANCHES)
    pieces = {
        name: Piece(branch * width, width, band, bands) for name, (branch, band, bands) in PIECES.items()
    }
    return PieceHead(
        pieces,
        POOLINGS[profile.pooling],
        embedding_size=profile.linear_size,
        gated=profile.architecture.startswith(_GATED),
        normalise=normalise,
    )


def _resnet_of(profile: Profile) -> str:
    return profile.architecture.removeprefix(_GATED).removeprefix(_PREFIX)


BODIES: dict[str, Callable[[Profile], Backbone]] = {
    f"{gated}{_PREFIX}{resnet}": build_mgn for gated in ("", _GATED) for resnet in ("resnet50", "resnet101")
}
"""Every MGN by its architecture; in the head of a gated one, each piece goes on with ReLU and BatchNorm."""
