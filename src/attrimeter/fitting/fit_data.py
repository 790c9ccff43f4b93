"""The images of a fit, with their cached maps and the places of their attributes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.caching.cached_maps import CachedMaps
from attrimeter.caching.map_cache import MapCache
from attrimeter.errors import DatasetError
from attrimeter.losses import cell_targets, part_claims
from attrimeter.pixels import read_mask
from attrimeter.schemas import AttributeSchema
from attrimeter.targets import Target
from attrimeter.values import ImageSet, Skipped

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FitData:
    """Labelled images and everything of theirs that fitting reads.

    Attributes:
        images: those that could be read.
        views: the cached maps of the images, and of their mirror images if wanted.
        part_targets: share of every map cell that belongs to each group and *other*, from part masks, in
            half precision; None where there are no masks.
        skipped: files that could not be read.
    """

    images: ImageSet
    views: tuple[CachedMaps, ...]
    part_targets: Float[Tensor, "n groups_and_other h w"] | None
    skipped: tuple[Skipped, ...]

    def batch_maps(self, rows: Array, sides: Array, layer: str) -> Float[Tensor, "n c h w"]:
        """The maps of images ``rows``; ``sides`` says of each whether its mirror image (1) is wanted."""
        if len(self.views) == 1:
            return self.views[0].gather(rows, layer)
        plain, mirrored = (view.gather(rows, layer) for view in self.views)
        return torch.where(torch.from_numpy(sides == 1)[:, None, None, None], mirrored, plain)

    def batch_targets(self, rows: Array, sides: Array) -> Float[Tensor, "n groups_and_other h w"] | None:
        """The part targets of the same images, mirrored likewise."""
        if self.part_targets is None:
            return None
        targets = self.part_targets[torch.from_numpy(rows)].float()
        return torch.where(torch.from_numpy(sides == 1)[:, None, None, None], targets.flip(3), targets)


def digest_images(images: ImageSet) -> str:
    """64 hexadecimal digits for the images' names, identities, cameras and labels."""
    digest = hashlib.sha256("\0".join(path.name for path in images.paths).encode(errors="surrogateescape"))
    for column in (images.identities, images.cameras, images.labels):
        digest.update(repr(column.shape).encode() + column.astype(np.int64).tobytes())
    return digest.hexdigest()


def prepare_fit_data(
    images: ImageSet,
    target: Target,
    schema: AttributeSchema,
    *,
    cache: Path,
    mirrored: bool,
    with_parts: bool,
    progress: Progress | None = None,
) -> FitData:
    """Fill the map cache for ``images`` and collect what a fit reads.

    Raises:
        DatasetError: not one image could be read, or fewer than two identities are left.
        ImageError: a part mask that is broken, or of another size than its picture.
        StorageError: the cache cannot be written, or its disk cannot hold the maps of both sides.
    """
    sides = (False, True) if mirrored else (False,)
    caches = [MapCache(cache, target, mirrored=side) for side in sides]
    later = 0.0 if caches[-1].is_begun else caches[0].size_of(len(images)) * (len(sides) - 1)
    views = []
    for number, store in enumerate(caches):
        note = _shifted(progress, number * len(images), len(sides) * len(images))
        views.append(store.fill(images.paths, beside=0 if number else later, progress=note))
    kept = views[0].kept
    if len(kept) == 0 or len(np.unique(images.identities[kept])) < 2:
        raise DatasetError(
            f"Fitting needs readable images of at least two labelled identities; of {len(images)} images "
            f"{len(kept)} could be read. Check the data set's folder."
        )
    readable = images.take(kept)
    targets = _read_part_targets(readable, schema, target.map_size) if with_parts else None
    return FitData(readable, tuple(views), targets, views[0].skipped)


def _shifted(progress: Progress | None, start: int, total: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, _: progress(start + done, total)


def _read_part_targets(
    images: ImageSet, schema: AttributeSchema, map_size: tuple[int, int], *, batch: int = 256
) -> Float[Tensor, "n groups_and_other h w"] | None:
    if images.masks is None:
        return None
    claims = part_claims(schema)
    cells = []
    pairs = list(zip(images.masks, images.paths, strict=True))
    for start in range(0, len(images), batch):
        masks = [torch.from_numpy(read_mask(mask, of=image)) for mask, image in pairs[start : start + batch]]
        cells.append(torch.cat([cell_targets(mask[None], claims, map_size) for mask in masks]).half())
    return torch.cat(cells)


def keep_labelled(images: ImageSet, data_name: str) -> ImageSet:
    """The images of identities that have a label. Raises DatasetError if these are fewer than two."""
    has_label = (images.labels >= 0).any(axis=1) & (images.identities > 0)
    if len(np.unique(images.identities[has_label])) < 2:
        raise DatasetError(
            f"{data_name} has attribute labels for {len(np.unique(images.identities[has_label]))} training "
            "identities, and fitting needs at least two. Give the attribute file with --attributes."
        )
    return images.take(has_label)
