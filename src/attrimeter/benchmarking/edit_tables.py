"""Measuring, and keeping on disk, what every subset of the edits between two persons does to a distance."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from attrimeter.benchmarking.edit_renders import PlannedPair, plan_pairs, render_plan
from attrimeter.benchmarking.measuring import edit_distances
from attrimeter.benchmarking.pair_cost import announce_pairs
from attrimeter.caching.making_room import keep_limit
from attrimeter.caching.shelf import claim_shelf
from attrimeter.schemas import SCHEMAS
from attrimeter.storage.arrays import Layout
from attrimeter.synthesis import DEFAULT_SIZE
from attrimeter.synthesis.edit_pairs import MOST_GROUPS
from attrimeter.synthesis.fingerprint import renderer_fingerprint
from attrimeter.synthesis.processes import usable_cores
from attrimeter.targets import Target
from attrimeter.values.edit_tables import EditTables

Array = np.ndarray[Any, np.dtype[Any]]
Progress = Callable[[int, int], None]

_LAYOUT: Layout = {
    "target_fingerprint": ("U", ()),
    "groups": ("U", (len(SCHEMAS["market1501"].groups),)),
    "first": ("|u1", ("pairs", *DEFAULT_SIZE, 3)),
    "start": ("|u1", ("pairs", *DEFAULT_SIZE, 3)),
    "second": ("|u1", ("pairs", *DEFAULT_SIZE, 3)),
    "columns": ("<i8", ("pairs", MOST_GROUPS)),
    "values": ("<f8", ("pairs", 1 << MOST_GROUPS)),
    "kinds": ("U", ("pairs",)),
    "identities": ("<i8", ("pairs",)),
}


def measure_tables(
    target: Target,
    *,
    kinds: Mapping[str, int],
    seed: int = 0,
    stream: int,
    workers: int | None = None,
    progress: Progress | None = None,
) -> EditTables:
    """Render pairs with all their edits, and keep the distance of every one of them.

    They are the pairs of :func:`attrimeter.benchmarking.measuring.measure_pairs` with the same numbers.

    Args:
        kinds: how many pairs of each kind of ``synthesis.KINDS``.
        seed, stream: which persons and views.
        workers: processes that render; None takes all cores. Their number does not change the result.
        progress: called with the number of pictures done and in all.

    Raises:
        SettingsError: an unknown kind, or a number out of its range.
    """
    plan = plan_pairs(kinds, seed=seed, stream=stream)
    pictures = sum(planned.pictures for planned in plan)
    shown: list[tuple[Array, Array, Array]] = []
    values: list[Array] = []
    for chunk in render_plan(plan, workers=usable_cores() if workers is None else workers):
        values += edit_distances(target, chunk)
        shown += [(one.first, one.edits[0].copy(), one.edits[-1].copy()) for one in chunk]
        if progress is not None:
            progress(sum(1 + len(distances) for distances in values), pictures)
    return _join(target.fingerprint, plan, shown, values)


def _join(
    fingerprint: str,
    plan: Sequence[PlannedPair],
    shown: Sequence[tuple[Array, Array, Array]],
    values: Sequence[Array],
) -> EditTables:
    groups = tuple(SCHEMAS["market1501"].groups)
    columns = np.full((len(plan), MOST_GROUPS), -1, dtype=np.int64)
    table = np.full((len(plan), 1 << MOST_GROUPS), np.nan)
    for row, (planned, distances) in enumerate(zip(plan, values, strict=True)):
        columns[row, : len(planned.pair.groups)] = [groups.index(group) for group in planned.pair.groups]
        table[row, : len(distances)] = distances
    pictures = np.array(shown, dtype=np.uint8).reshape(len(plan), 3, *DEFAULT_SIZE, 3)
    return EditTables(
        target_fingerprint=fingerprint,
        groups=groups,
        first=pictures[:, 0],
        start=pictures[:, 1],
        second=pictures[:, 2],
        columns=columns,
        values=table,
        kinds=np.array([planned.pair.kind for planned in plan], dtype="<U8"),
        identities=np.array([planned.number for planned in plan], dtype=np.int64),
    )


def load_or_measure_tables(
    target: Target,
    *,
    kinds: Mapping[str, int],
    seed: int = 0,
    stream: int,
    cache: Path,
    workers: int | None = None,
    progress: Progress | None = None,
) -> EditTables:
    """The tables from ``cache``, or measured now and kept there; see :func:`measure_tables`.

    There is one file for each target, choice of pairs and state of the renderer. A file that cannot be read
    is measured again.

    Raises:
        SettingsError: as :func:`measure_tables`.
        StorageError: the file cannot be written.
    """
    key = _key_of(target, kinds, seed, stream)
    shelf = claim_shelf(cache, "edit-tables", what="measured edit tables", target=target)
    entry = f"entry-{key[:20]}.npz"
    arrays = shelf.read_archive(entry, _LAYOUT, key=key)
    if arrays is not None:
        return _tables_of(arrays)
    height, width = DEFAULT_SIZE
    size = 9 * height * width + 8 * (MOST_GROUPS + (1 << MOST_GROUPS))
    plan = plan_pairs(kinds, seed=seed, stream=stream)
    announce_pairs(target, plan, cache, size=size, workers=workers)
    tables = measure_tables(target, kinds=kinds, seed=seed, stream=stream, workers=workers, progress=progress)
    arrays = {field.name: np.asarray(getattr(tables, field.name)) for field in fields(tables)}
    with shelf.using(entry):
        shelf.write_archive(entry, arrays, key=key)
        keep_limit(cache)
    return tables


def _key_of(target: Target, kinds: Mapping[str, int], seed: int, stream: int) -> str:
    facts = {
        "target": target.fingerprint,
        "kinds": {kind: count for kind, count in sorted(kinds.items()) if count},
        "seed": seed,
        "stream": stream,
        "renderer": renderer_fingerprint(),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _tables_of(arrays: dict[str, Array]) -> EditTables:
    fingerprint, groups = str(arrays.pop("target_fingerprint")), arrays.pop("groups")
    return EditTables(fingerprint, tuple(map(str, groups)), **arrays)
