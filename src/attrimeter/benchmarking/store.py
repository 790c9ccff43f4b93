"""Measured pairs on disk, so that a target is measured once."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from attrimeter.benchmarking.edit_renders import plan_pairs
from attrimeter.benchmarking.measuring import BENCHMARK_STREAM, measure_plan
from attrimeter.benchmarking.pair_cost import announce_pairs
from attrimeter.caching.making_room import keep_limit
from attrimeter.caching.shelf import claim_shelf
from attrimeter.storage.arrays import Layout
from attrimeter.synthesis import DEFAULT_SIZE
from attrimeter.synthesis.fingerprint import renderer_fingerprint
from attrimeter.synthesis.scenes import STANDARD
from attrimeter.targets import Target
from attrimeter.values import MeasuredPairs

_LAYOUT: Layout = {
    "target_fingerprint": ("U", ()),
    "groups": ("U", ("groups",)),
    "first": ("|u1", ("pairs", *DEFAULT_SIZE, 3)),
    "second": ("|u1", ("pairs", *DEFAULT_SIZE, 3)),
    "first_masks": ("|u1", ("pairs", *DEFAULT_SIZE)),
    "second_masks": ("|u1", ("pairs", *DEFAULT_SIZE)),
    "differs": ("|b1", ("pairs", "groups")),
    "truth": ("<f8", ("pairs", "groups")),
    "none": ("<f8", ("pairs",)),
    "total": ("<f8", ("pairs",)),
    "kinds": ("U", ("pairs",)),
    "identities": ("<i8", ("pairs",)),
}


def load_or_measure(
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
) -> tuple[MeasuredPairs, float]:
    """The measured pairs from ``cache``, or measured now and kept there; see :func:`measure_pairs`.

    There is one file for each target, choice of pairs and state of the renderer: a changed renderer never
    reads old truth. A file that cannot be read is measured again.

    Args:
        cache: folder of the files; made where missing.

    Returns:
        The pairs, and the seconds that measuring took (0.0 from the cache).

    Raises:
        SettingsError: as :func:`measure_pairs`.
        StorageError: the file cannot be written.
    """
    key = _key_of(target, kinds, seed, stream, disturb, mark=mark, scene=scene)
    shelf = claim_shelf(cache, "edited-pairs", what="measured pairs", target=target)
    entry = f"entry-{key[:20]}.npz"
    arrays = shelf.read_archive(entry, _LAYOUT, key=key)
    if arrays is not None:
        return _pairs_of(arrays), 0.0
    plan = plan_pairs(kinds, seed=seed, stream=stream, disturb=disturb, scene=scene)
    height, width = DEFAULT_SIZE
    announce_pairs(target, plan, cache, size=8 * height * width, workers=workers)  # two pictures, two masks
    start = time.perf_counter()
    pairs = measure_plan(target, plan, mark=mark, workers=workers, progress=progress)
    seconds = time.perf_counter() - start
    arrays = {field.name: np.asarray(getattr(pairs, field.name)) for field in fields(pairs)}
    with shelf.using(entry):
        shelf.write_archive(entry, arrays, key=key)
        keep_limit(cache)
    return pairs, seconds


def _key_of(
    target: Target,
    kinds: Mapping[str, int],
    seed: int,
    stream: int,
    disturb: int | None,
    *,
    mark: bool,
    scene: str,
) -> str:
    """64 hexadecimal digits that stand for all that the measured values depend on."""
    facts: dict[str, Any] = {
        "target": target.fingerprint,
        "kinds": {kind: count for kind, count in sorted(kinds.items()) if count},
        "seed": seed,
        "stream": stream,
        "disturb": disturb,
        "renderer": renderer_fingerprint(mark=mark, scene=scene),
    }
    if mark:
        facts["mark"] = True
    if scene != STANDARD:
        facts["scene"] = scene
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _pairs_of(arrays: dict[str, np.ndarray[Any, Any]]) -> MeasuredPairs:
    fingerprint, groups = str(arrays.pop("target_fingerprint")), arrays.pop("groups")
    return MeasuredPairs(target_fingerprint=fingerprint, groups=tuple(map(str, groups)), **arrays)
