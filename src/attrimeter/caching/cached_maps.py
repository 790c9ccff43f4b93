"""The maps of image files as they lie in a cache: found by content, read where they are looked at."""

from __future__ import annotations

import mmap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.errors import DatasetError
from attrimeter.values import Skipped

LAYERS = ("last", "shallow")


@dataclass(frozen=True)
class CachedMaps:
    """Maps of the files that could be read.

    Attributes:
        kept: positions, in the list that was asked for, of the files that could be read, ascending.
        skipped: the others, each with its reason.
        shards: layer arrays by shard.
        places: for each kept file (shard, row in it), n x 2.
    """

    kept: Array
    skipped: tuple[Skipped, ...]
    shards: tuple[dict[str, Array], ...]
    places: Array

    def __len__(self) -> int:
        return len(self.kept)

    def gather(self, rows: Array, layer: str) -> Float[Tensor, "n c h w"]:
        """The maps of the kept files at ``rows``, in float32."""
        if len(rows) == 0:
            shape = self.shards[0][layer].shape[1:] if self.shards else (0, 0, 0)
            return torch.zeros((0, *shape))
        shards, inside = self.places[rows].T
        first = self.shards[shards[0]][layer]
        out = np.empty((len(rows), *first.shape[1:]), dtype=np.float16)
        for shard in np.unique(shards):
            here = np.flatnonzero(shards == shard)
            out[here] = self.shards[shard][layer][inside[here]]
        return torch.from_numpy(out).float()

    def release(self) -> None:
        """Let go of the pages that were read, so that a walk over a large cache stays small in memory."""
        for shard in self.shards:
            for array in shard.values():
                mapped = getattr(array, "_mmap", None)
                if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
                    mapped.madvise(mmap.MADV_DONTNEED)

    @cached_property
    def embeddings(self) -> Float[Tensor, "n d"]:
        """The target's own embeddings, float32, as computed from the full-precision maps."""
        if not self.shards:
            return torch.zeros((0, 0))
        rows = [self.shards[shard]["embedding"][row] for shard, row in self.places]
        return torch.from_numpy(np.stack(rows).astype(np.float32))


@dataclass(frozen=True)
class FoundShards:
    """Shards that were opened: their arrays, and where in them the image of each key is."""

    shards: list[dict[str, Array]] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, keys: Sequence[str], shard: dict[str, Array]) -> None:
        """One more shard, with the key of each row."""
        self.places.update({key: (len(self.shards), row) for row, key in enumerate(keys)})
        self.shards.append(shard)

    def collect(
        self, paths: Sequence[Path], keys: Mapping[int, str], skipped: Mapping[int, str]
    ) -> CachedMaps:
        """The maps of all files but those that were skipped."""
        kept = [i for i in range(len(paths)) if i not in skipped]
        places = np.array([self.places[keys[i]] for i in kept], dtype=np.int64).reshape(-1, 2)
        used, places[:, 0] = np.unique(places[:, 0], return_inverse=True)
        return CachedMaps(
            kept=np.array(kept, dtype=np.int64),
            skipped=tuple(Skipped(paths[i], reason) for i, reason in sorted(skipped.items())),
            shards=tuple(self.shards[number] for number in used),
            places=places,
        )


def require_readable(images: int, maps: CachedMaps) -> None:
    """Raise DatasetError where there are images and none of them could be read, and say why of the first."""
    if images and not len(maps):
        first = maps.skipped[0]
        raise DatasetError(
            f"None of the {images} images can be read (first {first.path}: {first.reason.rstrip('.')}). "
            "Check the data set's folder."
        )
