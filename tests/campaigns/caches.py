"""Damaged caches: what does not check is made anew with the same numbers, never believed, never fatal."""

from __future__ import annotations

import json
import logging
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch
from PIL import Image
from tests.campaigns.damages import damage_bytes, damage_path, damage_plain, restore_folder, write_in_place
from tests.campaigns.tally import LONGEST, Tally, tally_cases

from attrimeter.benchmarking import store
from attrimeter.caching import edit_cache, edit_renders, map_cache
from attrimeter.caching.edit_cache import EditCache
from attrimeter.caching.edit_renders import EditRenders
from attrimeter.caching.map_cache import MapCache
from attrimeter.schemas import SCHEMAS
from attrimeter.storage import arrays as stored_arrays
from attrimeter.targets import PROFILES, Target, build_network, open_target, save_network, weights_of

SCHEMA = SCHEMAS["market1501"]
KINDS = {"same": 1}
Values = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class _Cache:
    """One kind of cache: where it is, and how it is read, filling what is missing."""

    root: Path
    read: Callable[[Path], Values]


def run(size: int, seed: int, folder: Path) -> Tally:
    """Damage small caches ``size`` times, and read each.

    Faults: any exception; numbers that differ from those before the damage; a damage that was mended without
    a line. What is rendered and measured anew comes from memory, so that a case takes no time.
    """
    torch.set_num_threads(1)
    caches = _fill(folder)
    usual = {name: cache.read(cache.root) for name, cache in caches.items()}

    def case(dice: random.Random, _: int, done: list[str]) -> str:
        name = dice.choice(["maps", "maps", "maps", "edits", "edits", "tables", "tables", "renders"])
        place = folder / "damaged"
        restore_folder(caches[name].root, place)
        made.clear()
        lines.clear()
        done.append(name)
        if dice.random() < 0.3:
            _open_later(caches[name], place)
        done.append(_damage(dice, place))
        return _judge(caches[name].read(place), usual[name], made, lines)

    with _made_from_memory(caches, usual) as made, _lines() as lines:
        return tally_cases("caches", size, seed, case)


def _judge(found: Values, usual: Values, made: list[str], lines: list[str]) -> str:
    for name, values in usual.items():
        same = found[name].shape == values.shape and found[name].dtype == values.dtype
        if not same or not np.allclose(found[name], values, rtol=1e-4, atol=1e-4, equal_nan=True):
            return f"fault: other {name}"
    if not made:
        return "read"
    if any(len(line) > LONGEST or not line.isprintable() for line in lines) or len(lines) > 2:
        return f"fault: no clear line: {lines}"
    return "made anew with a line" if lines else "made anew, as it was gone"


def _damage(dice: random.Random, place: Path) -> str:
    files = sorted(path for path in place.rglob("*") if path.is_file() and not path.name.startswith("."))
    path = dice.choice(files)
    kind = dice.choice(["bytes", "bytes", "path", "json", "array", "shard", "leftovers"])
    if kind == "json" and path.suffix == ".json":
        data = json.loads(path.read_text())
        what = damage_plain(dice, data)
        path.write_text(json.dumps(data))
        return f"{path.name} {what}"
    if kind == "array" and path.suffix == ".npy":
        return _damage_array(dice, path)
    if kind == "shard":
        return _damage_shard(dice, place, path)
    if kind == "leftovers":
        (path.parent / f".{path.name[:20]}.0123456789abcdef.part").write_bytes(b"half")
        (path.parent.parent / ".shard-x.0123456789abcdef.part").mkdir(exist_ok=True)
        return "leftovers"
    if kind == "path":
        return damage_path(dice, path)
    data, what = damage_bytes(dice, path.read_bytes())
    write_in_place(path, data)
    return f"{path.name} {what}"


def _damage_array(dice: random.Random, path: Path) -> str:
    """A sound array that is another one."""
    values = np.load(path)
    changes: dict[str, Callable[[], Any]] = {
        "rolled": lambda: np.roll(values, 1, axis=0),
        "shorter": lambda: values[:-1],
        "of another type": lambda: values.astype(np.float64),
        "NaN": lambda: np.full(values.shape, np.nan),
        "flat": lambda: values.reshape(-1),
        "pickled": lambda: np.array([{}], dtype=object),
    }
    kind = dice.choice(sorted(changes))
    np.save(path, changes[kind](), allow_pickle=True)
    return f"{path.name} {kind}"


def _damage_shard(dice: random.Random, place: Path, path: Path) -> str:
    """A whole shard that is gone, another thing, or in the place of another one."""
    shard = path.parent if (path.parent / "whole.json").exists() else path
    others = sorted(p for p in shard.parent.iterdir() if p != shard and p.is_dir() == shard.is_dir())
    kind = dice.choice(["gone", "a file", "a folder", "a link to nowhere", "swapped", "copied"])
    if kind in ("swapped", "copied") and others:
        other, aside = dice.choice(others), place / "aside"
        shard.rename(aside)
        if kind == "swapped":
            other.rename(shard)
            aside.rename(other)
        else:
            (shutil.copytree if other.is_dir() else shutil.copy)(other, shard)
            shutil.rmtree(aside, ignore_errors=True)
        return f"{shard.name} {kind} with {other.name}"
    shutil.rmtree(shard) if shard.is_dir() else shard.unlink()
    if kind == "a file":
        shard.write_bytes(b"text")
    elif kind == "a folder":
        shard.mkdir()
    elif kind == "a link to nowhere":
        shard.symlink_to(place / "nowhere")
    return f"{shard.name} is {kind}"


def _open_later(cache: _Cache, place: Path) -> None:
    """Read the cache as if it had lain there for a while, so that its digests are noted as checked."""
    later = time.time_ns() + 10**11
    with mock.patch.object(stored_arrays.time, "time_ns", lambda: later):
        cache.read(place)
    time.sleep(0.02)


def _fill(folder: Path) -> dict[str, _Cache]:
    target = _make_target(folder / "t.safetensors")
    paths = _make_pictures(folder / "pictures")
    renders = EditRenders(folder / "edits" / "renders", seed=1, families=1)

    def maps(root: Path) -> Values:
        with mock.patch.multiple(map_cache, SHARD_IMAGES=3, BATCH_IMAGES=3):
            cached = MapCache(root, target).fill(paths)
        rows = np.arange(len(paths))
        return {
            "last": cached.gather(rows, "last").numpy(),
            "shallow": cached.gather(rows, "shallow").numpy(),
            "embeddings": cached.embeddings.numpy(),
        }

    def edits(root: Path) -> Values:
        own = EditRenders(root / "renders", seed=1, families=1)
        data = EditCache(root / "measures", target, SCHEMA, own).fill(2, workers=1)
        pictures = np.arange(int(data.starts[-1]))
        values = {name: data.gather(pictures, name).numpy() for name in edit_cache.PICTURES}
        values |= {name: getattr(data.pairs, name) for name in edit_cache.PAIRS if name != "moves"}
        return {**values, "moves": data.gather_moves(np.arange(len(data.pairs.total))).numpy()}

    def rendered(root: Path) -> Values:
        own = EditRenders(root, seed=1, families=1)
        list(own.fill(2, workers=1))
        shards = [own.open(index) for index in range(2)]
        return {f"{f.name} {i}": getattr(s, f.name) for i, s in enumerate(shards) for f in fields(s)}

    def tables(root: Path) -> Values:
        return _numbers(store.load_tables(target, kinds=KINDS, cache=root, workers=1)[0])

    list(renders.fill(2, workers=1))
    caches = {
        "maps": _Cache(folder / "maps", maps),
        "edits": _Cache(folder / "edits", edits),
        "renders": _Cache(renders.root, rendered),
        "tables": _Cache(folder / "tables", tables),
    }
    for cache in caches.values():
        cache.read(cache.root)
    return caches


def _numbers(value: Any) -> Values:
    found = {f.name: np.asarray(getattr(value, f.name)) for f in fields(value)}
    return {name: array for name, array in found.items() if array.dtype.kind != "U"}


@contextmanager
def _made_from_memory(caches: dict[str, _Cache], usual: dict[str, Values]) -> Iterator[list[str]]:
    """What is made anew comes from the first filling; the list is told of each time."""
    made: list[str] = []
    renders = EditRenders(caches["renders"].root, seed=1, families=1)
    shards = [renders.open(index) for index in range(2)]
    target = open_target(caches["maps"].root.parent / "t.safetensors")
    measured = [edit_cache.measure_shard(target, shard, SCHEMA) for shard in shards]
    known = {shard.images.tobytes(): found for shard, found in zip(shards, measured, strict=True)}
    tables, _ = store.load_tables(target, kinds=KINDS, cache=caches["tables"].root, workers=1)
    compute = MapCache._compute

    def render(self: EditRenders, index: int) -> Any:
        made.append("render")
        shard = shards[index]
        values = {f.name: getattr(shard, f.name) for f in fields(shard)}
        self.shelf.write_archive(edit_renders.entry_of(index), values, key=self._key(index), compressed=True)
        return shard

    def tell(name: str, value: Any) -> Callable[..., Any]:
        return lambda *words, **more: (made.append(name), value(*words, **more))[1]

    with (
        mock.patch.object(EditRenders, "render", render),
        mock.patch.object(
            edit_cache,
            "measure_shard",
            tell("measure", lambda t, shard, *_, **__: known[shard.images.tobytes()]),
        ),
        mock.patch.object(store, "measure_tables", tell("tables", lambda *_, **__: tables)),
        mock.patch.object(MapCache, "_compute", tell("maps", compute)),
    ):
        yield made


@contextmanager
def _lines() -> Iterator[list[str]]:
    """What the library says meanwhile."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    logger, keep = logging.getLogger("attrimeter"), Keep()
    before = logger.propagate
    logger.addHandler(keep)
    logger.propagate = False
    try:
        yield lines
    finally:
        logger.removeHandler(keep)
        logger.propagate = before


def _make_target(path: Path) -> Target:
    torch.manual_seed(7)
    tensors = weights_of(build_network(PROFILES["demo"]))
    save_network(path, tensors, PROFILES["demo"], metric="euclidean")
    return open_target(path)


def _make_pictures(folder: Path) -> list[Path]:
    folder.mkdir()
    rng = np.random.default_rng(0)
    paths = [folder / f"{number}.png" for number in range(6)]
    for path in paths:
        Image.fromarray(rng.integers(0, 256, (64, 32, 3), dtype=np.uint8)).save(path)
    return paths
