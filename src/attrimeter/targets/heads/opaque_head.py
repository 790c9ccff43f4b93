"""Heads that are run as they are, because nothing says that their embedding is a sum over cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from attrimeter.errors import CheckpointError
from attrimeter.targets.heads.head import Head, HeadSplit
from attrimeter.targets.heads.pooling import Pooling
from attrimeter.targets.map_layouts import MapLayout

MOST_ROWS = 256
"""Masked maps that go through the module at once, unless one image has more of them."""


class UndividedHead(Head):
    """The rest of a network, from its last map to its embedding, run as it is on maps whose cells are kept.

    It does not divide an embedding exactly; see :meth:`split`.

    Attributes:
        rows: masked maps that go through it at once.
    """

    rows = MOST_ROWS

    def embed(self, last_map: Float[Tensor, "batch c h w"]) -> Float[Tensor, "batch d"]:
        """The embedding of each image; raises CheckpointError as :meth:`embed_masked`."""
        return _with_gradient(super().embed(last_map), wanted=last_map)

    def embed_masked(
        self, last_map: Float[Tensor, "batch c h w"], maps: Float[Tensor, "batch k h w"]
    ) -> Float[Tensor, "batch k d"]:
        """The rest of the module on ``last_map * maps[:, k]`` for each k: k runs for each image.

        Raises:
            CheckpointError: a gradient in ``maps`` is wanted, and the module does not pass any on.
        """
        return _with_gradient(self._embed_blocks(last_map, maps), wanted=maps)

    def split(
        self, last_map: Float[Tensor, "batch c h w"], partition: Float[Tensor, "batch k h w"]
    ) -> HeadSplit:
        """What each map's masked features give, and the rest of the embedding as the bias.

        Not exact: it adds up because the bias is a remainder, which may be large and is not one of cells.
        """
        parts = self._embed_blocks(last_map, partition)
        return HeadSplit(parts, self.embed(last_map) - parts.sum(dim=1))

    def training_features(self, last_map: Tensor) -> tuple[Tensor, Tensor]:
        embeddings = self.embed(last_map)
        return embeddings, embeddings

    def _embed_blocks(self, last_map: Tensor, maps: Tensor) -> Tensor:
        images = max(1, self.rows // max(1, maps.shape[1]))
        embed = super().embed_masked
        blocks = zip(torch.split(last_map, images), torch.split(maps, images), strict=True)
        return torch.cat([embed(features, masks) for features, masks in blocks])

    def _project_parts(self, parts: Tensor, pooled: Tensor) -> tuple[Tensor, Tensor]:
        divided = self._project(parts)
        return divided, self._project(pooled) - divided.sum(dim=1)


class OpaqueHead(UndividedHead):
    """The rest of a module of which nothing is known but what it computes.

    The module computes in its own precision, whatever that of the map.

    Args:
        finish: the rest of the module; shared with it, also by copies of the head.
        layout: of the last map; says which of its channels a mask touches.
        normalise: whether the embedding is divided by its length.
    """

    def __init__(
        self, finish: Callable[[Tensor], Tensor], *, layout: MapLayout, normalise: bool = False
    ) -> None:
        super().__init__(KeptCells(layout), normalise=normalise)
        self._finish = _Shared(finish)

    def _project(self, pooled: Float[Tensor, "*batch c h w"]) -> Float[Tensor, "*batch d"]:
        done = self._finish.call(pooled.flatten(0, -4).float())
        return done.reshape(*pooled.shape[:-3], done.shape[1]).to(pooled.dtype)


class KeptCells(Pooling):
    """No pooling: all cells are handed on."""

    def __init__(self, layout: MapLayout) -> None:
        super().__init__()
        self.layout = layout

    def forward(self, features: Tensor) -> Tensor:
        return features

    def split(self, features: Tensor, partition: Tensor) -> Tensor:
        return self.layout.mask(features, partition)

    def pool_masked(self, features: Tensor, maps: Tensor) -> Tensor:
        return self.layout.mask(features, maps)


class _Shared:
    """Holds what is frozen, so that copying its holder copies no weights."""

    def __init__(self, call: Callable[[Tensor], Tensor]) -> None:
        self.call = call

    def __deepcopy__(self, memo: dict[int, Any]) -> _Shared:
        return self


def _with_gradient(embeddings: Tensor, *, wanted: Tensor) -> Tensor:
    """The embeddings, unless a gradient in ``wanted`` would be lost."""
    if torch.is_grad_enabled() and wanted.requires_grad and not embeddings.requires_grad:
        raise CheckpointError(
            "No gradient passes through this target's module from its last map to its embedding, so the "
            "distilled form cannot be fitted nor Grad-CAM be drawn for it; fit the counterfactual form, or "
            "take torch.no_grad and detach out of the module."
        )
    return embeddings
