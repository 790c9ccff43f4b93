"""A frozen target's maps on disk: computed once, read back memory-mapped in half precision.

A cache folder holds shards. A shard is a folder of arrays (:mod:`attrimeter.storage.arrays`) whose
``index.json`` says of which target and which images they are; it is written when it is whole, so that an
interrupted run keeps every finished shard. Maps and embeddings are keyed by all that decides them, head and
preprocessing too (``Target.identity``), and by the content of each image file, wherever it lies. A shard
that is damaged or of something else is dropped with one line, and its maps are computed anew.
"""

from __future__ import annotations

import hashlib
import mmap
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from attrimeter.errors import CheckpointError, DatasetError, ImageError, StorageError
from attrimeter.pixels import as_image
from attrimeter.storage import open_regular, sweep_leftovers
from attrimeter.storage.arrays import (
    DamagedError,
    Layout,
    drop_damaged,
    open_arrays,
    read_about,
    write_arrays,
)
from attrimeter.storage.disk_space import foretell
from attrimeter.storage.places import named_place
from attrimeter.targets import Target
from attrimeter.targets.cost import Cost, measure_cost
from attrimeter.values import Skipped

Array = np.ndarray[Any, np.dtype[Any]]
LAYERS = ("last", "shallow")
SHARD_IMAGES = 512
BATCH_IMAGES = 64
_PART = 2**22  # bytes of an image file that are read at one time; most have fewer


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


class MapCache:
    """The maps of one target under ``root``; see the module's description for the layout.

    Args:
        root: folder of all caches.
        target: the frozen target.
        layers: which maps are wanted, of "last" and "shallow".
        mirrored: of the left-right mirrored images instead.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        target: Target,
        *,
        layers: Sequence[str] = LAYERS,
        mirrored: bool = False,
    ) -> None:
        self.target = target
        self.layers = tuple(layers)
        self.mirrored = mirrored
        self._root = named_place(root)

    @cached_property
    def folder(self) -> Path:
        """Of this target and side; see :meth:`attrimeter.targets.identity.TargetIdentity.claim_folder`."""
        return self.target.identity.claim_folder(self._root, self._side)

    @property
    def is_begun(self) -> bool:
        """Whether there are maps of any image, checked or not."""
        return any(self.folder.glob("shard-*"))

    @cached_property
    def cost(self) -> Cost:
        """Seconds and kept numbers of an image, measured on blank ones."""
        return measure_cost(self.target, lambda maps: [getattr(maps, layer) for layer in self.layers])

    def size_of(self, images: int) -> float:
        """Bytes that the maps and embeddings of so many images take."""
        return images * (2 * self.cost.numbers + 4 * self.target.embedding_size)

    def fill(
        self,
        paths: Sequence[Path],
        *,
        beside: float = 0,
        progress: Callable[[int, int], None] | None = None,
    ) -> CachedMaps:
        """Compute what is missing, after saying how much that is and how long it takes, and return all maps.

        Args:
            paths: image files; each is decoded at most once.
            beside: bytes that will be needed on the same disk besides.
            progress: called with (images done, images in all) after every batch.

        Raises:
            StorageError: the cache folder cannot be written, or its disk has too little space.
        """
        keys: dict[int, str] = {}
        skipped: dict[int, str] = {}
        for i, path in enumerate(paths):
            try:
                keys[i] = content_key(path)
            except OSError as error:
                skipped[i] = error.strerror or str(error)
        sweep_leftovers(self.folder)
        found = self._open_shards(set(keys.values()))
        first_with = {key: i for i, key in reversed(keys.items()) if key not in found.places}
        missing, done = sorted(first_with.values()), len(paths) - len(first_with)
        if missing:
            self._foretell(len(missing), beside)
        for start in range(0, len(missing), SHARD_IMAGES):
            rows = missing[start : start + SHARD_IMAGES]
            broken = self._write_shard([(keys[i], paths[i]) for i in rows], found, done, len(paths), progress)
            skipped.update({i: broken[key] for i, key in keys.items() if key in broken})
            done += len(rows)
        if progress is not None:
            progress(len(paths), len(paths))
        return found.collect(paths, keys, skipped)

    def _foretell(self, images: int, beside: float) -> None:
        foretell(
            f"The maps of {images:,} {'mirrored images' if self.mirrored else 'images'}",
            self.folder.parent,
            self.size_of(images),
            beside=beside,
            seconds=images * self.cost.seconds,
            smaller="fit without mirrored images (--no-mirrored)"
            if self.mirrored or beside
            else "take fewer images",
        )

    @property
    def _about(self) -> dict[str, Any]:
        """What the arrays of every shard depend on, besides the images."""
        return {"target": self.target.fingerprint, "side": self._side}

    @property
    def _side(self) -> str:
        return "mirrored" if self.mirrored else "plain"

    @property
    def _layout(self) -> Layout:
        shapes: dict[str, tuple[int | str, ...]] = {
            "last": (self.target.channels, *self.target.map_size),
            "shallow": (self.target.shallow_channels, "shallow height", "shallow width"),
        }
        maps = {name: ("<f2", ("images", *shapes[name])) for name in self.layers}
        return {**maps, "embedding": ("<f4", ("images", self.target.embedding_size))}

    def _open_shards(self, wanted: set[str]) -> _Found:
        """The shards that hold images of these keys, each as whole as it was written; others are dropped."""
        found, damaged = _Found(), {}
        for folder in sorted(self.folder.glob("shard-*")):
            try:
                about = read_about(folder)
                keys, layers = list(about["keys"]), list(about["layers"])
                if {name: about[name] for name in self._about} != self._about:
                    raise DamagedError("it is of another target, or from before shards were checked")
                if set(self.layers) <= set(layers) and wanted & set(keys) - found.places.keys():
                    self._open_shard(folder, keys, found, layers=layers)
            except (DamagedError, FileNotFoundError) as error:
                damaged[folder] = str(error)
            except (KeyError, TypeError):
                damaged[folder] = "it is from before shards were checked"
        drop_damaged(damaged, "shard of the map cache")
        return found

    def _open_shard(self, folder: Path, keys: list[str], found: _Found, *, layers: Sequence[str]) -> None:
        about = {**self._about, "layers": list(layers), "keys": keys}
        arrays = open_arrays(folder, self._layout, about=about)
        if len(arrays["embedding"]) != len(keys):
            raise DamagedError("it is of another number of images")
        found.places.update({key: (len(found.shards), row) for row, key in enumerate(keys)})
        found.shards.append(arrays)

    def _write_shard(
        self,
        files: list[tuple[str, Path]],
        found: _Found,
        done: int,
        total: int,
        progress: Callable[[int, int], None] | None,
    ) -> dict[str, str]:
        """Compute, keep and open the maps of these files; returns the keys that have none, and why."""
        keys: list[str] = []
        columns: dict[str, list[Array]] = {name: [] for name in (*self.layers, "embedding")}
        broken: dict[str, str] = {}
        for start in range(0, len(files), BATCH_IMAGES):
            images, batch = [], files[start : start + BATCH_IMAGES]
            for key, path in batch:
                try:
                    image = _read_unchanged(path, key)
                except (ImageError, OSError) as error:
                    broken[key] = str(error)
                    continue
                images.append(image[:, ::-1].copy() if self.mirrored else image)
                keys.append(key)
            if images:
                self._compute(images, columns)
            if progress is not None:
                progress(done + start + len(batch), total)
        if keys:
            name = f"shard-{hashlib.sha256(repr((keys, self.layers)).encode()).hexdigest()[:16]}"
            arrays = {layer: np.concatenate(values) for layer, values in columns.items()}
            about = {**self._about, "layers": [*self.layers], "keys": keys}
            write_arrays(self.folder / name, arrays, about=about)
            try:
                self._open_shard(self.folder / name, keys, found, layers=self.layers)
            except (DamagedError, FileNotFoundError) as error:
                raise StorageError(
                    f"The map cache {self.folder} does not keep what is written to it ({error}); choose "
                    "another folder for it."
                ) from error
        return broken

    def _compute(self, images: list[Array], columns: dict[str, list[Array]]) -> None:
        maps = self.target.read_maps(self.target.preprocess(images))
        embedding = self.target.embed(maps.last)
        for layer in self.layers:
            columns[layer].append(as_half(getattr(maps, layer), of=self.target).cpu().numpy())
        columns["embedding"].append(embedding.float().cpu().numpy())


@dataclass(frozen=True)
class _Found:
    """Shards that were opened: their arrays, and where in them the image of each key is."""

    shards: list[dict[str, Array]] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

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


def as_half(maps: Float[Tensor, "n c h w"], *, of: Target) -> Float[Tensor, "n c h w"]:
    """Maps of a target in half precision. Raises CheckpointError where they hold numbers too large for it."""
    halves = maps.half()
    if not bool(halves.isfinite().all()):
        raise CheckpointError(
            f"The maps of the target {of.profile.name} hold numbers beyond 65,504, which half precision, in "
            "which they are kept, cannot hold; its weights are damaged, or it needs a layer that scales them."
        )
    return halves


def require_readable(images: int, maps: CachedMaps) -> None:
    """Raise DatasetError where there are images and none of them could be read, and say why of the first."""
    if images and not len(maps):
        first = maps.skipped[0]
        raise DatasetError(
            f"None of the {images} images can be read (first {first.path}: {first.reason.rstrip('.')}). "
            "Check the data set's folder."
        )


def content_key(path: str | os.PathLike[str]) -> str:
    """What identifies an image file by its bytes, as 32 hexadecimal digits.

    Raises:
        OSError: it cannot be read, or is no regular file.
    """
    digest = hashlib.sha256()
    with open_regular(path) as stream:
        while part := stream.read(_PART):
            digest.update(part)
    return digest.hexdigest()[:32]


def _read_unchanged(path: Path, key: str) -> Array:
    """The pixels of a file. Raises ImageError where it has none, or has another content than it had."""
    image = as_image(path)
    if content_key(path) != key:
        raise ImageError(f"{path} was written to while it was read.")
    return image
