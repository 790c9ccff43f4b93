"""Measured tables of edits on disk, so that a target is measured once, whatever is asked of the pairs."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from attrimeter.benchmarking.edit_renders import PlannedPair, check_kinds, plan_pairs
from attrimeter.benchmarking.measuring import BENCHMARK_STREAM, measure_tables, no_tables, pairs_of
from attrimeter.benchmarking.pair_cost import announce_pairs
from attrimeter.caching.making_room import keep_limit
from attrimeter.caching.shelf import Shelf, claim_shelf
from attrimeter.schemas import SCHEMAS
from attrimeter.storage.arrays import Layout
from attrimeter.synthesis import DEFAULT_SIZE, KINDS
from attrimeter.synthesis.edit_pairs import MOST_GROUPS
from attrimeter.synthesis.fingerprint import renderer_fingerprint
from attrimeter.synthesis.scenes import STANDARD
from attrimeter.targets import Target
from attrimeter.values import MeasuredPairs
from attrimeter.values.edit_tables import EditTables, join_tables

_PICTURE = ("pairs", *DEFAULT_SIZE)
_LAYOUT: Layout = {
    "target_fingerprint": ("U", ()),
    "groups": ("U", (len(SCHEMAS["market1501"].groups),)),
    "first": ("|u1", (*_PICTURE, 3)),
    "start": ("|u1", (*_PICTURE, 3)),
    "second": ("|u1", (*_PICTURE, 3)),
    "first_masks": ("|u1", _PICTURE),
    "second_masks": ("|u1", _PICTURE),
    "columns": ("<i8", ("pairs", MOST_GROUPS)),
    "values": ("<f8", ("pairs", 1 << MOST_GROUPS)),
    "kinds": ("U", ("pairs",)),
    "identities": ("<i8", ("pairs",)),
}
_PAIR_BYTES = 11 * DEFAULT_SIZE[0] * DEFAULT_SIZE[1] + 8 * (MOST_GROUPS + (1 << MOST_GROUPS))


def load_or_measure(target: Target, **asked: Any) -> tuple[MeasuredPairs, float]:
    """The pairs of :func:`load_tables` with their true contributions, and the seconds that measuring took."""
    tables, seconds = load_tables(target, **asked)
    return pairs_of(tables), seconds


def load_tables(
    target: Target,
    *,
    kinds: Mapping[str, int],
    seed: int = 0,
    stream: int = BENCHMARK_STREAM,
    cache: Path,
    disturb: int | None = None,
    mark: bool = False,
    scene: str = STANDARD,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[EditTables, float]:
    """The tables of pairs from ``cache``; what is missing of them is measured now and kept there.

    Each kind of pair lies in an entry of its own, for each target, choice of persons and state of the
    renderer: a changed renderer never reads old truth. Fewer pairs are the first of those that are kept, and
    where more are asked for only the further ones are measured. A file that cannot be read is measured again.

    Args:
        kinds: how many pairs of each kind of ``synthesis.KINDS``.
        seed, stream: which persons and views.
        cache: folder of the cache.
        disturb: another number gives another background, occluder and sensor noise in the view of the edits,
            and nothing else; what two disturbances of the same pairs disagree about is the noise of the
            truth itself. None leaves the views as they were sampled.
        mark: the identity mark is on every backpack, in the first picture and in the edits.
        scene: of persons and views (:mod:`attrimeter.synthesis.scenes`).
        workers: processes that render; None takes all cores. Their number does not change the result.
        progress: called with the number of pictures done and in all.

    Returns:
        The tables, kind by kind, and the seconds that measuring took (0.0 where all were kept).

    Raises:
        SettingsError: an unknown kind or scene, or a number out of its range.
        StorageError: a file cannot be written.
    """
    check_kinds(kinds)
    counts = {kind: kinds[kind] for kind in KINDS if kinds.get(kind)}
    how: dict[str, Any] = {"seed": seed, "stream": stream, "disturb": disturb, "scene": scene}
    renderer = renderer_fingerprint(scene, mark=mark)
    facts = {"target": target.fingerprint, "renderer": renderer, "mark": mark, **how}
    shelf = claim_shelf(cache, "edited-pairs", what="measured pairs", target=target)
    places = {kind: _Place(shelf, _key_of({"kind": kind, **facts})) for kind in counts}
    with ExitStack() as stack:
        for place in places.values():
            stack.enter_context(shelf.using(place.entry))
        nothing = no_tables(target)
        kept = {kind: place.read() or nothing for kind, place in places.items()}
        plan: list[PlannedPair] = []
        for kind, count in counts.items():
            if len(kept[kind]) < count:
                plan += plan_pairs({kind: count}, **how)[len(kept[kind]) :]
        seconds = 0.0
        if plan:
            announce_pairs(target, plan, cache, size=_PAIR_BYTES, workers=workers)
            start = time.perf_counter()
            found = measure_tables(target, plan, mark=mark, workers=workers, progress=progress)
            seconds = time.perf_counter() - start
            for kind in set(found.kinds.tolist()):
                kept[kind] = join_tables([kept[kind], found.take(found.kinds == kind)])
                places[kind].write(kept[kind])
            keep_limit(cache)
    parts = [kept[kind].take(np.arange(count)) for kind, count in counts.items()]
    return join_tables([nothing, *parts]), seconds


@dataclass(frozen=True)
class _Place:
    """Where the pairs of one kind are kept, under a key that stands for all that they depend on."""

    shelf: Shelf
    key: str

    @property
    def entry(self) -> str:
        return f"entry-{self.key[:20]}.npz"

    def read(self) -> EditTables | None:
        """What is there; None for nothing. What is damaged or of another key is dropped with one line."""
        arrays = self.shelf.read_archive(self.entry, _LAYOUT, key=self.key)
        if not arrays or not len(arrays["values"]):
            return None
        fingerprint, groups = str(arrays.pop("target_fingerprint")), arrays.pop("groups")
        return EditTables(fingerprint, tuple(map(str, groups)), **arrays)

    def write(self, tables: EditTables) -> None:
        """Keep them without pickles. Raises StorageError."""
        arrays = {field.name: np.asarray(getattr(tables, field.name)) for field in fields(tables)}
        self.shelf.write_archive(self.entry, arrays, key=self.key)


def _key_of(facts: Mapping[str, Any]) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
