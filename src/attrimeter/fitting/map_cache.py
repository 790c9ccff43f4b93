"""A frozen target's maps on disk: computed once, read back memory-mapped in half precision.

A cache folder holds shards. A shard is a folder with ``index.json`` (which files it covers) and one
``.npy`` array per layer. It is written under a temporary name and renamed when it is whole, so that an
interrupted run keeps every finished shard. Maps and embeddings are keyed by all that decides them, head and
preprocessing too (``Target.fingerprint``), and by each file's path, size and time of change.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from attrimeter.errors import ImageError, StorageError
from attrimeter.pixels import as_image
from attrimeter.targets import Target
from attrimeter.values import Skipped

Array = np.ndarray[Any, np.dtype[Any]]
LAYERS = ("last", "shallow")
SHARD_IMAGES = 512
BATCH_IMAGES = 64


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
        flipped: of the left-right mirrored images instead.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        target: Target,
        *,
        layers: Sequence[str] = LAYERS,
        flipped: bool = False,
    ) -> None:
        self.target = target
        self.layers = tuple(layers)
        self.flipped = flipped
        side = "flipped" if flipped else "plain"
        self.folder = Path(root) / f"{target.fingerprint[:20]}-{side}"

    def fill(
        self, paths: Sequence[Path], *, progress: Callable[[int, int], None] | None = None
    ) -> CachedMaps:
        """Compute what is missing and return all maps.

        Args:
            paths: image files; each is decoded at most once.
            progress: called with (images done, images in all) after every batch.

        Raises:
            StorageError: the cache folder cannot be written.
        """
        keys = [file_key(path) for path in paths]
        known = self._read_index()
        missing = [i for i, key in enumerate(keys) if key is not None and key not in known]
        skipped: dict[int, str] = {i: "there is no such file" for i, key in enumerate(keys) if key is None}
        done = len(paths) - len(missing)
        for start in range(0, len(missing), SHARD_IMAGES):
            rows = missing[start : start + SHARD_IMAGES]
            written, broken = self._write_shard(
                [(keys[i] or "", paths[i]) for i in rows], done, len(paths), progress
            )
            known.update(written)
            skipped.update({rows[i]: reason for i, reason in broken.items()})
            done += len(rows)
        if progress is not None:
            progress(len(paths), len(paths))
        return self._collect(paths, keys, known, skipped)

    def _read_index(self) -> dict[str, tuple[str, int]]:
        known: dict[str, tuple[str, int]] = {}
        for index in sorted(self.folder.glob("shard-*/index.json")):
            try:
                entry = json.loads(index.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
            if set(self.layers) <= set(entry["layers"]):
                known.update({key: (index.parent.name, row) for row, key in enumerate(entry["keys"])})
        return known

    def _write_shard(
        self,
        files: list[tuple[str, Path]],
        done: int,
        total: int,
        progress: Callable[[int, int], None] | None,
    ) -> tuple[dict[str, tuple[str, int]], dict[int, str]]:
        keys: list[str] = []
        columns: dict[str, list[Array]] = {name: [] for name in (*self.layers, "embedding")}
        broken: dict[int, str] = {}
        for start in range(0, len(files), BATCH_IMAGES):
            images, batch = [], files[start : start + BATCH_IMAGES]
            for offset, (key, path) in enumerate(batch):
                try:
                    image = as_image(path)
                except ImageError as error:
                    broken[start + offset] = str(error)
                    continue
                images.append(image[:, ::-1].copy() if self.flipped else image)
                keys.append(key)
            if images:
                self._compute(images, columns)
            if progress is not None:
                progress(done + start + len(batch), total)
        if not keys:
            return {}, broken
        name = f"shard-{hashlib.sha256(repr((keys, self.layers)).encode()).hexdigest()[:16]}"
        self._save_shard(name, keys, {layer: np.concatenate(values) for layer, values in columns.items()})
        return {key: (name, row) for row, key in enumerate(keys)}, broken

    def _compute(self, images: list[Array], columns: dict[str, list[Array]]) -> None:
        with torch.no_grad():
            maps = self.target.read_maps(self.target.preprocess(images))
            embedding = self.target.head.embed(maps.last)
        for layer in self.layers:
            columns[layer].append(getattr(maps, layer).half().cpu().numpy())
        columns["embedding"].append(embedding.float().cpu().numpy())

    def _save_shard(self, name: str, keys: list[str], arrays: dict[str, Array]) -> None:
        final = self.folder / name
        temporary = self.folder / f".{name}.part-{os.getpid()}"
        try:
            temporary.mkdir(parents=True, exist_ok=True)
            for layer, array in arrays.items():
                np.save(temporary / f"{layer}.npy", array)
            index = {"layers": [*self.layers], "keys": keys}
            (temporary / "index.json").write_text(json.dumps(index), encoding="utf-8")
            if final.exists():
                shutil.rmtree(final)
            temporary.rename(final)
        except OSError as error:
            shutil.rmtree(temporary, ignore_errors=True)
            raise StorageError(
                f"Could not write the map cache {self.folder}: {error.strerror or error}. Free some space or "
                "choose another folder for it."
            ) from error

    def _collect(
        self,
        paths: Sequence[Path],
        keys: list[str | None],
        known: dict[str, tuple[str, int]],
        skipped: dict[int, str],
    ) -> CachedMaps:
        kept = [i for i in range(len(paths)) if i not in skipped]
        places = [known[keys[i] or ""] for i in kept]
        names = sorted({name for name, _ in places})
        order = {name: index for index, name in enumerate(names)}
        wanted = (*self.layers, "embedding")
        return CachedMaps(
            kept=np.array(kept, dtype=np.int64),
            skipped=tuple(Skipped(paths[i], reason) for i, reason in sorted(skipped.items())),
            shards=tuple(
                {layer: np.load(self.folder / name / f"{layer}.npy", mmap_mode="r") for layer in wanted}
                for name in names
            ),
            places=np.array([(order[name], row) for name, row in places], dtype=np.int64).reshape(-1, 2),
        )


def file_key(path: Path) -> str | None:
    """What identifies a file's content cheaply: its full path, size and time of change; None if absent."""
    try:
        status = path.stat()
    except OSError:
        return None
    text = f"{path.resolve()}|{status.st_size}|{status.st_mtime_ns}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
