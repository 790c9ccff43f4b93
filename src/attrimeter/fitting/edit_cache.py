"""The measured edits of one target on disk, read back memory-mapped."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from attrimeter.errors import StorageError
from attrimeter.fitting.edit_measures import EditPairs, MeasuredShard, measure_shard
from attrimeter.fitting.edit_renders import EditRenders
from attrimeter.schemas import AttributeSchema
from attrimeter.targets import Target

Array = np.ndarray[Any, np.dtype[Any]]
PICTURES = ("last", "shallow", "cover", "labels", "embeddings")
PAIRS = tuple(f.name for f in fields(EditPairs))
PAIRING = "views-and-within"
"""Which pairs are measured of a family; another choice is another folder."""


@dataclass(frozen=True)
class EditData:
    """All measured pictures and pairs of a fit; pictures and pairs are numbered through the shards.

    Attributes:
        shards: array name -> array, for each shard; the large ones memory-mapped.
        sides: 2 where the second half of the shards are the mirrored pictures of the first, else 1. A family
            and its mirror image have the same number, so that they are held out together.
    """

    shards: tuple[dict[str, Array], ...]
    sides: int = 1

    @cached_property
    def starts(self) -> Array:
        """Number of the first picture of every shard, and of pictures in all."""
        return _starts([len(shard["embeddings"]) for shard in self.shards])

    @cached_property
    def pairs(self) -> EditPairs:
        """The pairs of all shards; every family has a number of its own. ``moves`` is left out (0 groups)."""
        columns: dict[str, Array] = {}
        for name in PAIRS:
            if name != "moves":
                columns[name] = np.concatenate([self._numbered(s, name) for s in range(len(self.shards))])
        return EditPairs(**columns, moves=np.zeros((len(columns["total"]), 0, 0), dtype=np.float16))

    def _numbered(self, shard: int, name: str) -> Array:
        values: Array = self.shards[shard][name]
        if name in ("first", "second"):
            values = values + self.starts[shard]
        if name == "families":
            plain = shard % (len(self.shards) // self.sides)
            before = sum(int(s["families"].max()) + 1 for s in self.shards[:plain])
            values = values + before
        return values

    def gather(self, pictures: Int[Array, " n"], name: str) -> Tensor:
        """Array ``name`` of the pictures with these numbers."""
        return torch.from_numpy(self._gather(pictures, name, self.starts))

    def gather_moves(self, pairs: Int[Array, " p"]) -> Float[Tensor, "p groups d"]:
        """The moves of the pairs with these numbers, float32."""
        starts = _starts([len(shard["total"]) for shard in self.shards])
        return torch.from_numpy(self._gather(pairs, "moves", starts)).float()

    def _gather(self, numbers: Array, name: str, starts: Array) -> Array:
        owners = np.searchsorted(starts, numbers, side="right") - 1
        first = self.shards[0][name]
        out = np.empty((len(numbers), *first.shape[1:]), dtype=first.dtype)
        for shard in np.unique(owners):
            here = owners == shard
            out[here] = self.shards[shard][name][numbers[here] - starts[shard]]
        return out


@dataclass(frozen=True)
class EditCache:
    """The measured shards of one target under ``root``.

    Args:
        root: folder of all caches.
        target: the frozen target.
        schema: whose groups the maps are supervised by.
        renders: the rendered families.
    """

    root: Path
    target: Target
    schema: AttributeSchema
    renders: EditRenders

    @property
    def folder(self) -> Path:
        """Of this target and these renders."""
        parts = "|".join([self.target.fingerprint, self.renders.folder.name, PAIRING, *self.schema.groups])
        return Path(self.root) / hashlib.sha256(parts.encode()).hexdigest()[:20]

    def fill(
        self,
        shards: int,
        *,
        mirrored: bool = False,
        workers: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> EditData:
        """Measure what is missing of the first ``shards`` shards, and open them all.

        Args:
            mirrored: also the mirrored pictures, as shards of their own.
            workers: processes that render while this one measures.
            progress: called with (shards done, shards in all).

        Raises:
            StorageError: the cache folder cannot be written.
        """
        sides = (False, True) if mirrored else (False,)
        missing = {i: [side for side in sides if not self._path(i, side).is_dir()] for i in range(shards)}
        missing = {index: lacking for index, lacking in missing.items() if lacking}
        if missing:
            for index in self.renders.fill(shards, workers=workers):
                if index in missing:
                    rendered = self.renders.open(index)
                    for side in missing[index]:
                        measured = measure_shard(self.target, rendered, self.schema, mirrored=side)
                        self._write(self._path(index, side), measured)
                if progress is not None:
                    progress(index + 1, shards)
        opened = tuple(self._open(self._path(i, side)) for side in sides for i in range(shards))
        return EditData(opened, sides=len(sides))

    def _path(self, index: int, mirrored: bool) -> Path:
        return self.folder / f"{index:05d}{'m' if mirrored else ''}"

    def _write(self, place: Path, shard: MeasuredShard) -> None:
        temporary = place.with_name(f".{place.name}.part-{os.getpid()}")
        try:
            temporary.mkdir(parents=True, exist_ok=True)
            for name in PICTURES:
                np.save(temporary / f"{name}.npy", getattr(shard, name))
            for name in PAIRS:
                np.save(temporary / f"{name}.npy", getattr(shard.pairs, name))
            (temporary / "whole.json").write_text(json.dumps([*PICTURES, *PAIRS]), encoding="utf-8")
            if place.exists():
                shutil.rmtree(place)
            temporary.rename(place)
        except OSError as error:
            raise StorageError(
                f"Could not write the cache of edits {self.folder}: {error.strerror or error}. Free some "
                "space or choose another folder for it."
            ) from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def _open(self, place: Path) -> dict[str, Array]:
        return {
            name: np.load(place / f"{name}.npy", mmap_mode="r" if name in (*PICTURES, "moves") else None)
            for name in (*PICTURES, *PAIRS)
        }


def _starts(lengths: Sequence[int]) -> Array:
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts
