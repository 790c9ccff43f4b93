"""A head of several pieces: each pools its own channels and rows of the last map, and has its own neck.

Wang et al., "Learning discriminative features with multiple granularities for person re-identification",
ACM Multimedia 2018.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.targets.heads.head import Head, as_affine
from attrimeter.targets.heads.pooling import Pooling


@dataclass(frozen=True)
class Piece:
    """A part of the last map.

    Attributes:
        first_channel, channels: the channels that it takes.
        band, bands: its rows: band number ``band``, from 0, of ``bands`` from top to bottom. The bands have
            equally many rows, but for the last one, which has fewer where the rows do not divide evenly.
    """

    first_channel: int
    channels: int
    band: int = 0
    bands: int = 1

    def cut_map(self, features: Float[Tensor, "batch c h w"]) -> Float[Tensor, "batch piece rows w"]:
        """The piece of a map."""
        return self.cut_rows(features[:, self.first_channel : self.first_channel + self.channels])

    def cut_rows(self, maps: Float[Tensor, "batch k h w"]) -> Float[Tensor, "batch k rows w"]:
        """The piece's rows of maps over the same cells, with all of their channels."""
        rows = -(-maps.shape[2] // self.bands)
        if self.band * rows >= maps.shape[2]:
            raise ValueError(
                f"A map of {maps.shape[2]} rows has nothing for band {self.band + 1} of {self.bands}; "
                "give larger images."
            )
        return maps[:, :, self.band * rows : (self.band + 1) * rows]


class PiecePooling(Pooling):
    """Each piece pooled on its own; the pooled vector is their concatenation.

    Args:
        pieces: name -> piece.
        make_pooling: makes the pooling of one piece.
    """

    def __init__(self, pieces: Mapping[str, Piece], make_pooling: Callable[[], Pooling]) -> None:
        super().__init__()
        self._pieces = dict(pieces)
        for name in pieces:
            self.add_module(name, make_pooling())

    def forward(self, features: Tensor) -> Tensor:
        return torch.cat([pool(piece.cut_map(features)) for piece, pool in self._parts()], dim=1)

    def split(self, features: Tensor, partition: Tensor) -> Tensor:
        return torch.cat(
            [pool.split(piece.cut_map(features), piece.cut_rows(partition)) for piece, pool in self._parts()],
            dim=2,
        )

    def pool_masked(self, features: Tensor, maps: Tensor) -> Tensor:
        return torch.cat(
            [
                pool.pool_masked(piece.cut_map(features), piece.cut_rows(maps))
                for piece, pool in self._parts()
            ],
            dim=2,
        )

    def _parts(self) -> list[tuple[Piece, Pooling]]:
        return [(piece, cast(Pooling, self.get_submodule(name))) for name, piece in self._pieces.items()]


class PieceNeck(nn.Module):
    """What follows the pooling of one piece: Linear without bias and BatchNorm, perhaps ReLU and BatchNorm.

    Args:
        channels: of the piece.
        embedding_size: outputs of the Linear.
        gated: whether ReLU and a second BatchNorm follow.
    """

    def __init__(self, channels: int, embedding_size: int, *, gated: bool) -> None:
        super().__init__()
        self.linear = nn.Conv2d(channels, embedding_size, 1, bias=False)  # weights as checkpoints have them
        self.norm = nn.BatchNorm1d(embedding_size)
        self.gated_norm = nn.BatchNorm1d(embedding_size) if gated else None

    def forward(self, pooled: Float[Tensor, "batch c"]) -> Float[Tensor, "batch d"]:
        """The outputs; BatchNorm follows the mode of the module."""
        outputs: Tensor = self.norm(pooled @ self.linear.weight.flatten(1).T)
        return outputs if self.gated_norm is None else self.gated_norm(outputs.relu())

    def project(self, pooled: Float[Tensor, "*batch c"]) -> Float[Tensor, "*batch d"]:
        """The outputs, by the running statistics."""
        weight, shift = self._as_linear()
        outputs = pooled @ weight.T + shift
        if self.gated_norm is None:
            return outputs
        scale, second_shift = as_affine(self.gated_norm)
        return outputs.relu() * scale + second_shift

    def project_parts(
        self, parts: Float[Tensor, "batch k c"], pooled: Float[Tensor, "batch c"]
    ) -> tuple[Float[Tensor, "batch k d"], Float[Tensor, "batch d"]]:
        """The parts and the bias, by the running statistics, on the side of each ReLU where ``pooled`` is."""
        weight, shift = self._as_linear()
        if self.gated_norm is None:
            return parts @ weight.T, shift.expand(len(pooled), -1)
        scale, second_shift = as_affine(self.gated_norm)
        open_scale = (pooled @ weight.T + shift > 0) * scale
        return parts @ weight.T * open_scale[:, None], shift * open_scale + second_shift

    def _as_linear(self) -> tuple[Tensor, Tensor]:
        scale, shift = as_affine(self.norm)
        return self.linear.weight.flatten(1) * scale[:, None], shift


class PieceHead(Head):
    """Pieces of the last map, each with its own pooling and neck; the embedding is their concatenation.

    Args:
        pieces: name -> piece, in the order of the embedding.
        make_pooling: makes the pooling of one piece.
        embedding_size: numbers that each piece gives.
        gated: whether each neck goes on with ReLU and BatchNorm.
        normalise: whether the whole embedding is divided by its Euclidean length.
    """

    def __init__(
        self,
        pieces: Mapping[str, Piece],
        make_pooling: Callable[[], Pooling],
        *,
        embedding_size: int,
        gated: bool = False,
        normalise: bool = False,
    ) -> None:
        super().__init__(PiecePooling(pieces, make_pooling), normalise=normalise)
        self._sizes = [piece.channels for piece in pieces.values()]
        self.necks = nn.ModuleDict(
            {name: PieceNeck(piece.channels, embedding_size, gated=gated) for name, piece in pieces.items()}
        )

    def training_features(self, last_map: Tensor) -> tuple[Tensor, Tensor]:
        pooled = self._cut(self.pooling(last_map))
        features = torch.cat([neck(piece) for neck, piece in zip(self._necks(), pooled, strict=True)], dim=1)
        return features, features

    def _project(self, pooled: Tensor) -> Tensor:
        pieces = self._cut(pooled)
        return torch.cat([n.project(piece) for n, piece in zip(self._necks(), pieces, strict=True)], dim=-1)

    def _project_parts(self, parts: Tensor, pooled: Tensor) -> tuple[Tensor, Tensor]:
        pieces = zip(self._cut(parts), self._cut(pooled), strict=True)
        made = [neck.project_parts(*piece) for neck, piece in zip(self._necks(), pieces, strict=True)]
        divided, biases = zip(*made, strict=True)
        return torch.cat(divided, dim=-1), torch.cat(biases, dim=-1)

    def _necks(self) -> list[PieceNeck]:
        return [cast(PieceNeck, neck) for neck in self.necks.values()]

    def _cut(self, pooled: Float[Tensor, "*batch c"]) -> tuple[Tensor, ...]:
        return torch.split(pooled, self._sizes, dim=-1)
