"""A frozen target's maps on disk: computed once, read back memory-mapped in half precision.

A shelf (:mod:`attrimeter.caching.shelf`) holds shards. A shard is a folder of arrays whose ``index.json``
says of which target and which images they are; it is written when it is whole, so that an interrupted run
keeps every finished shard. Maps and embeddings are keyed by all that decides them, head and
preprocessing too (``Target.identity``), and by the content of each image file, wherever it lies. A shard
that is damaged or of something else is dropped with one line, and its maps are computed anew.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
from jaxtyping import Float
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.caching.cached_maps import LAYERS, CachedMaps, FoundShards
from attrimeter.caching.making_room import announce_kept, keep_limit
from attrimeter.caching.shelf import Shelf, claim_shelf
from attrimeter.errors import CheckpointError, ImageError
from attrimeter.interpreter import Interpreter
from attrimeter.pixels import as_image
from attrimeter.storage import open_regular, sweep_leftovers
from attrimeter.storage.arrays import DamagedError, Layout
from attrimeter.storage.places import named_place
from attrimeter.targets import Target
from attrimeter.targets.cost import Cost, measure_cost

SHARD_IMAGES = 512
BATCH_IMAGES = 64
_PART = 2**22  # bytes of an image file that are read at one time; most have fewer


def target_of(interpreter: Interpreter) -> Target:
    """The target that an interpreter explains."""
    return cast(Target, interpreter.target)


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
    def shelf(self) -> Shelf:
        """Of this target and side."""
        return claim_shelf(self._root, self._kind, what="shard of the map cache", target=self.target)

    @property
    def is_begun(self) -> bool:
        """Whether there are maps of any image, checked or not."""
        return bool(self.shelf.entries())

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
        sweep_leftovers(self.shelf.folder)
        found = self._open_shards(set(keys.values()))
        first_with = {key: i for i, key in reversed(keys.items()) if key not in found.places}
        missing, done = sorted(first_with.values()), len(paths) - len(first_with)
        if missing:
            self._announce(len(missing), beside)
        for start in range(0, len(missing), SHARD_IMAGES):
            rows = missing[start : start + SHARD_IMAGES]
            broken = self._write_shard([(keys[i], paths[i]) for i in rows], found, done, len(paths), progress)
            skipped.update({i: broken[key] for i, key in keys.items() if key in broken})
            done += len(rows)
        if missing:
            keep_limit(self._root)
        if progress is not None:
            progress(len(paths), len(paths))
        return found.collect(paths, keys, skipped)

    def _announce(self, images: int, beside: float) -> None:
        announce_kept(
            f"The maps of {images:,} {'mirrored images' if self.mirrored else 'images'}",
            self._root,
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
        return {"target": self.target.fingerprint, "kind": self._kind}

    @property
    def _kind(self) -> str:
        return "mirrored-maps" if self.mirrored else "maps"

    @property
    def _layout(self) -> Layout:
        shapes: dict[str, tuple[int | str, ...]] = {
            "last": (self.target.channels, *self.target.map_size),
            "shallow": (self.target.shallow_channels, "shallow height", "shallow width"),
        }
        maps = {name: ("<f2", ("images", *shapes[name])) for name in self.layers}
        return {**maps, "embedding": ("<f4", ("images", self.target.embedding_size))}

    def _open_shards(self, wanted: set[str]) -> FoundShards:
        """The shards that hold images of these keys, each as whole as it was written; others are dropped."""
        found, damaged = FoundShards(), {}
        for entry in self.shelf.entries():
            try:
                about = self.shelf.read_about(entry)
                keys, layers = list(about["keys"]), list(about["layers"])
                if {name: about[name] for name in self._about} != self._about:
                    raise DamagedError("it is of another target")
                if set(self.layers) <= set(layers) and wanted & set(keys) - found.places.keys():
                    found.add(keys, self._open_shard(entry, keys, layers))
            except (DamagedError, FileNotFoundError) as error:
                damaged[entry] = str(error)
            except (KeyError, TypeError):
                damaged[entry] = "its index.json is damaged"
        self.shelf.drop_damaged(damaged)
        return found

    def _open_shard(self, entry: str, keys: Sequence[str], layers: Sequence[str]) -> dict[str, Array]:
        arrays = self.shelf.open_arrays(entry, self._layout, about=self._about_shard(keys, layers))
        if len(arrays["embedding"]) != len(keys):
            raise DamagedError("it is of another number of images")
        return arrays

    def _about_shard(self, keys: Sequence[str], layers: Sequence[str]) -> dict[str, Any]:
        return {**self._about, "layers": [*layers], "keys": [*keys]}

    def _write_shard(
        self,
        files: list[tuple[str, Path]],
        found: FoundShards,
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
            entry = f"entry-{hashlib.sha256(repr((keys, self.layers)).encode()).hexdigest()[:16]}"
            arrays = {layer: np.concatenate(values) for layer, values in columns.items()}
            about = self._about_shard(keys, self.layers)
            found.add(keys, self.shelf.write_arrays(entry, arrays, self._layout, about=about))
        return broken

    def _compute(self, images: list[Array], columns: dict[str, list[Array]]) -> None:
        maps = self.target.read_maps(self.target.preprocess(images))
        embedding = self.target.embed(maps.last)
        for layer in self.layers:
            columns[layer].append(as_half(getattr(maps, layer), of=self.target).cpu().numpy())
        columns["embedding"].append(embedding.float().cpu().numpy())


def as_half(maps: Float[Tensor, "n c h w"], *, of: Target) -> Float[Tensor, "n c h w"]:
    """Maps of a target in half precision. Raises CheckpointError where they hold numbers too large for it."""
    halves = maps.half()
    if not bool(halves.isfinite().all()):
        raise CheckpointError(
            f"The maps of the target {of.profile.name} hold numbers beyond 65,504, which half precision, in "
            "which they are kept, cannot hold; its weights are damaged, or it needs a layer that scales them."
        )
    return halves


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
