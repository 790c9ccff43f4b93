"""How what a layer gives is laid out as a map over cells, and back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor, cat

from attrimeter.errors import CheckpointError


class MapLayout(ABC):
    """Both ways between a layer's own output and a map of shape n x c x h x w; nothing is lost."""

    @abstractmethod
    def to_map(self, features: Tensor) -> Float[Tensor, "n c h w"]:
        """The map. Raises CheckpointError for features of another shape."""

    @abstractmethod
    def from_map(self, last_map: Float[Tensor, "n c h w"]) -> Tensor:
        """The features that :meth:`to_map` made it of."""

    def mask(
        self, last_map: Float[Tensor, "n c h w"], maps: Float[Tensor, "n k h w"]
    ) -> Float[Tensor, "n k c h w"]:
        """The map times each of k masks; channels that belong to no cell stay as they are."""
        return last_map[:, None] * maps[:, :, None]

    def local_channels(self, channels: int) -> int:
        """How many of a map's channels, the first ones, belong to the cells."""
        return channels


@dataclass(frozen=True)
class PlainMap(MapLayout):
    """Features that are a map already."""

    def to_map(self, features: Tensor) -> Tensor:
        if features.ndim != 4:
            raise CheckpointError(
                f"The layer gives features of shape {_shape(features)}, which are no map n x c x h x w; for "
                "a sequence of tokens n x t x c say grid=(rows, columns) and leading_tokens=..., else name "
                "another layer."
            )
        return features

    def from_map(self, last_map: Tensor) -> Tensor:
        return last_map


@dataclass(frozen=True)
class TokenGrid(MapLayout):
    """A sequence of tokens n x t x c: some of no place (class, register), then those of a grid, row by row.

    The leading tokens ride along behind the channels of the cells, each the same in every cell, so that the
    map alone still decides the embedding; no mask touches them.
    """

    rows: int
    columns: int
    leading: int = 0

    def to_map(self, features: Tensor) -> Tensor:
        tokens = self.leading + self.rows * self.columns
        if features.ndim != 3 or features.shape[1] != tokens:
            raise CheckpointError(
                f"The layer gives features of shape {_shape(features)}, but a grid of {self.rows} x "
                f"{self.columns} cells and {self.leading} leading tokens need n x {tokens} x c; correct "
                "grid= and leading_tokens=, or name another layer."
            )
        cells = features[:, self.leading :].transpose(1, 2)
        cells = cells.reshape(len(features), -1, self.rows, self.columns)
        nowhere = features[:, : self.leading].flatten(1)[:, :, None, None]
        return cat([cells, nowhere.expand(-1, -1, self.rows, self.columns)], dim=1)

    def from_map(self, last_map: Tensor) -> Tensor:
        local = self.local_channels(last_map.shape[1])
        cells = last_map[:, :local].flatten(2).transpose(1, 2)
        nowhere = last_map[:, local:].mean(dim=(2, 3)).reshape(len(last_map), self.leading, local)
        return cat([nowhere, cells], dim=1)

    def mask(self, last_map: Tensor, maps: Tensor) -> Tensor:
        local = self.local_channels(last_map.shape[1])
        nowhere = last_map[:, None, local:].expand(-1, maps.shape[1], -1, -1, -1)
        return cat([last_map[:, None, :local] * maps[:, :, None], nowhere], dim=2)

    def local_channels(self, channels: int) -> int:
        return channels // (1 + self.leading)


@dataclass(frozen=True)
class ImagePatches(MapLayout):
    """The network's input itself, n x 3 x H x W, cut into rows x columns equal patches: each is a cell.

    A mask of zero puts the mean colour there.
    """

    rows: int
    columns: int
    image_size: tuple[int, int]

    def __post_init__(self) -> None:
        height, width = self.image_size
        if height % self.rows or width % self.columns:
            raise CheckpointError(
                f"An input of {height} x {width} pixels cannot be cut into {self.rows} x {self.columns} "
                "equal patches; choose a grid= that divides it."
            )

    def to_map(self, features: Tensor) -> Tensor:
        height, width = self.image_size[0] // self.rows, self.image_size[1] // self.columns
        cut = features.reshape(-1, 3, self.rows, height, self.columns, width)
        return cut.permute(0, 1, 3, 5, 2, 4).reshape(-1, 3 * height * width, self.rows, self.columns)

    def from_map(self, last_map: Tensor) -> Tensor:
        height, width = self.image_size[0] // self.rows, self.image_size[1] // self.columns
        cut = last_map.reshape(-1, 3, height, width, self.rows, self.columns)
        return cut.permute(0, 1, 4, 2, 5, 3).reshape(-1, 3, *self.image_size)


def _shape(features: Tensor) -> str:
    return " x ".join(map(str, features.shape))
