"""Queries or gallery with the target's maps in the cache, and reading them in blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.caching.cached_maps import LAYERS, CachedMaps, require_readable
from attrimeter.caching.map_cache import MapCache
from attrimeter.interpreter import ImageReading, Interpreter
from attrimeter.interpreter.familiarity import image_style
from attrimeter.values import ImageSet

Progress = Callable[[int, int], None]

GALLERY_BLOCK = 256
PART_BYTES = 150_000_000
"""The attribute embeddings of the queries that are held at one time; the gallery's are never held."""


@dataclass(frozen=True)
class CachedSide:
    """Queries or gallery: the images that could be read, and their maps."""

    images: ImageSet
    maps: CachedMaps

    def __len__(self) -> int:
        return len(self.images)


def cache_sides(
    store: MapCache, *parts: ImageSet, progress: Progress | None = None
) -> tuple[CachedSide, ...]:
    """:func:`cache_side` of several parts at once, so that what all need is known before the first begins."""
    maps = store.fill([path for part in parts for path in part.paths], progress=progress)
    ends = np.cumsum([0, *(len(part) for part in parts)])
    left_out = np.setdiff1d(np.arange(ends[-1]), maps.kept)
    sides = []
    for part, low, high in zip(parts, ends[:-1], ends[1:], strict=True):
        here, lost = ((low <= rows) & (rows < high) for rows in (maps.kept, left_out))
        kept = maps.kept[here] - low
        skipped = tuple(entry for entry, mine in zip(maps.skipped, lost, strict=True) if mine)
        sides.append(CachedSide(part.take(kept), CachedMaps(kept, skipped, maps.shards, maps.places[here])))
    return tuple(sides)


def cache_side(images: ImageSet, store: MapCache, progress: Progress | None = None) -> CachedSide:
    """Make sure that the maps of all images are in the cache; those that cannot be read are left out.

    Raises:
        DatasetError: there are images, and not one of them can be read.
        StorageError: the cache cannot be written.
    """
    maps = store.fill(images.paths, progress=progress)
    require_readable(len(images), maps)
    return CachedSide(images.take(maps.kept), maps)


@torch.no_grad()
def read_cached(interpreter: Interpreter, side: CachedSide, rows: Int[Array, " n"]) -> ImageReading:
    """Read images from their cached maps, in float64."""
    device = interpreter.target.device
    interpreter.network.eval()
    last, shallow = (side.maps.gather(rows, layer).to(device) for layer in LAYERS)
    return interpreter.read_maps(last, shallow, precise=True)


def read_styles(side: CachedSide) -> Float[Tensor, "n twice_s"]:
    """The style of each image (:attr:`ImageReading.styles`), without reading anything else in it."""
    blocks = np.array_split(np.arange(len(side)), max(1, -(-len(side) // GALLERY_BLOCK)))
    styles = torch.cat([image_style(side.maps.gather(rows, "shallow")) for rows in blocks])
    side.maps.release()
    return styles
