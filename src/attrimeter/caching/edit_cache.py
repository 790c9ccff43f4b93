"""The measured edits of one target on disk, read back memory-mapped."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.caching.edit_measures import EditPairs, MeasuredShard, measure_shard
from attrimeter.caching.edit_renders import EditRenders, time_family
from attrimeter.caching.making_room import announce_kept, keep_limit
from attrimeter.caching.shelf import Shelf, claim_shelf
from attrimeter.interpreter.forms.counterfactual.group_reader import FINER
from attrimeter.schemas import AttributeSchema, schema_to_dict
from attrimeter.storage import sweep_leftovers
from attrimeter.storage.arrays import DamagedError, Layout
from attrimeter.synthesis.processes import usable_cores
from attrimeter.targets import Target
from attrimeter.targets.cost import measure_cost

PICTURES = ("last", "shallow", "cover", "labels", "embeddings")
PAIRS = tuple(f.name for f in fields(EditPairs))
MAPPED = (*PICTURES, "moves")
KEPT_PICTURES, FAMILY_PAIRS = 6, 6
"""Pictures of a family that are one side of a pair, and its pairs."""
FAMILY_PICTURES, FAMILY_BYTES = 14, 135_000
"""Pictures of a family, and bytes of its file, on average (measured on shards of eight)."""
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
        root: folder of the cache.
        target: the frozen target.
        schema: whose groups the maps are supervised by.
        renders: the rendered families.
    """

    root: Path
    target: Target
    schema: AttributeSchema
    renders: EditRenders

    @cached_property
    def shelf(self) -> Shelf:
        """Of this target, these renders and this schema."""
        parts = json.dumps([self.renders.name, PAIRING, schema_to_dict(self.schema)])
        digits = hashlib.sha256(parts.encode()).hexdigest()[:20]
        what = "shard of measured edits"
        return claim_shelf(self.root, "measured-edits", what=what, target=self.target, of=digits)

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

        How much that is, and how long it takes, is said before.

        Raises:
            StorageError: the cache folder cannot be written, or its disk has too little space.
        """
        sides = (False, True) if mirrored else (False,)
        opened = self._open_all([(index, side) for side in sides for index in range(shards)])
        missing = {place for place, arrays in opened.items() if arrays is None}
        if missing:
            sweep_leftovers(self.shelf.folder)
            with self.renders.using({index for index, _ in missing}):
                self._announce(missing, workers)
                for index in self.renders.fill(shards, workers=workers):
                    lacking = [side for side in sides if (index, side) in missing]
                    if lacking:
                        rendered = self.renders.open(index)
                    for side in lacking:
                        measured = measure_shard(self.target, rendered, self.schema, mirrored=side)
                        opened[index, side] = self._write(index, side, measured)
                    if progress is not None:
                        progress(index + 1, shards)
            keep_limit(self.root)
        return EditData(tuple(arrays for arrays in opened.values() if arrays is not None), sides=len(sides))

    def size_of(self, shards: int, *, mirrored: bool) -> float:
        """Bytes that so many shards of pictures and measures take that are not there."""
        sides = (False, True) if mirrored else (False,)
        there = set(self.shelf.entries())
        missing = {(i, m) for i in range(shards) for m in sides if _entry_of(i, m) not in there}
        return self._measures_size * len(missing) + self._renders_size(missing)

    @property
    def _measures_size(self) -> float:
        """Bytes of the arrays of a shard."""
        rows = {"pictures": KEPT_PICTURES, "pairs": FAMILY_PAIRS}
        layout = layout_of(self.target, self.schema).values()
        sizes = [
            rows[str(shape[0])] * math.prod(map(int, shape[1:])) * np.dtype(kind).itemsize
            for kind, shape in layout
        ]
        return self.renders.families * sum(sizes)

    def _renders_size(self, missing: Collection[tuple[int, bool]]) -> float:
        lacking = sum(not self.renders.path(index).is_file() for index in {index for index, _ in missing})
        return lacking * self.renders.families * FAMILY_BYTES

    def _announce(self, missing: Collection[tuple[int, bool]], workers: int | None) -> None:
        families = self.renders.families * len(missing)
        rendered = self._renders_size(missing) / FAMILY_BYTES
        reading = measure_cost(self.target, lambda maps: [maps.last])
        rendering = time_family(self.renders) / (workers or usable_cores()) if rendered else 0.0
        announce_kept(
            f"{families * FAMILY_PAIRS:,} edit pairs, with pictures and measures,",
            self.root,
            self._measures_size * len(missing) + self._renders_size(missing),
            seconds=rendered * rendering + families * FAMILY_PICTURES * reading.seconds,
            smaller="ask for fewer with --pairs, or leave out the mirrored ones with --no-mirrored",
        )

    def _open_all(
        self, places: Sequence[tuple[int, bool]]
    ) -> dict[tuple[int, bool], dict[str, Array] | None]:
        """The shards as whole as they were written, None for those that are not there; others are dropped."""
        opened: dict[tuple[int, bool], dict[str, Array] | None] = {}
        damaged = {}
        for place in places:
            opened[place] = None
            try:
                opened[place] = self._open(*place)
            except FileNotFoundError:
                continue
            except DamagedError as error:
                damaged[_entry_of(*place)] = str(error)
        self.shelf.drop_damaged(damaged)
        return opened

    def _about(self, index: int, mirrored: bool) -> dict[str, Any]:
        """What the arrays of a shard depend on."""
        return {
            "target": self.target.fingerprint,
            "renders": self.renders.name,
            "pairs": PAIRING,
            "schema": schema_to_dict(self.schema),
            "shard": index,
            "mirrored": mirrored,
        }

    def _open(self, index: int, mirrored: bool) -> dict[str, Array]:
        return self.shelf.open_arrays(
            _entry_of(index, mirrored),
            layout_of(self.target, self.schema),
            about=self._about(index, mirrored),
            mapped=MAPPED,
        )

    def _write(self, index: int, mirrored: bool, shard: MeasuredShard) -> dict[str, Array]:
        arrays = {name: getattr(shard, name) for name in PICTURES}
        arrays |= {name: getattr(shard.pairs, name) for name in PAIRS}
        return self.shelf.write_arrays(
            _entry_of(index, mirrored),
            arrays,
            layout_of(self.target, self.schema),
            about=self._about(index, mirrored),
            mapped=MAPPED,
        )


def _entry_of(index: int, mirrored: bool) -> str:
    return f"entry-{index:05d}{'-mirrored' if mirrored else ''}"


def layout_of(target: Target, schema: AttributeSchema) -> Layout:
    """Type and shape of every array of a shard."""
    height, width = target.map_size
    groups, size = len(schema.groups), target.embedding_size
    return {
        "last": ("<f2", ("pictures", target.channels, height, width)),
        "shallow": ("<f2", ("pictures", target.shallow_channels, FINER * height, FINER * width)),
        "cover": ("|u1", ("pictures", groups, height, width)),
        "labels": ("|i1", ("pictures", len(schema))),
        "embeddings": ("<f4", ("pictures", size)),
        "first": ("<i8", ("pairs",)),
        "second": ("<i8", ("pairs",)),
        "truth": ("<f4", ("pairs", groups)),
        "moves": ("<f2", ("pairs", groups, size)),
        "none": ("<f4", ("pairs",)),
        "total": ("<f4", ("pairs",)),
        "differs": ("|b1", ("pairs", groups)),
        "families": ("<i8", ("pairs",)),
    }


def _starts(lengths: Sequence[int]) -> Array:
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts
