"""Memory and time of scoring the full Market-1501 shape, 3,368 x 15,913 x 26.

    python benchmarks/evaluate_memory.py [--share 0.1] [--form exact]

The maps and labels are random, in memory-mapped files as a map cache has them, of the shape of OSNet x0.25
(128 channels, 16 x 8 cells, 512 numbers an embedding). Prints the seconds and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from attrimeter.caching.cached_sides import CachedSide
from attrimeter.caching.map_cache import CachedMaps
from attrimeter.evaluating.evaluation import evaluate_retrieval, tally_pairs
from attrimeter.evaluating.pair_tally import PairTally
from attrimeter.interpreter import InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import PROFILES, Target, build_network
from attrimeter.values import ImageSet

QUERIES, GALLERY, IDENTITIES = 3368, 15913, 750


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the queries and of the gallery")
    parser.add_argument("--form", choices=("exact", "distilled"), default="exact")
    share, form = vars(parser.parse_args()).values()
    target = Target(
        build_network(PROFILES["osnet_x0_25"]),
        PROFILES["osnet_x0_25"],
        metric="euclidean",
        device=torch.device("cpu"),
    )
    torch.manual_seed(0)
    interpreter = build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings(form=form))
    with tempfile.TemporaryDirectory() as folder:
        queries = make_side(Path(folder), "queries", int(QUERIES * share))
        gallery = make_side(Path(folder), "gallery", int(GALLERY * share))
        began = time.perf_counter()
        tally = PairTally(interpreter, len(queries), len(queries) * len(gallery))
        tally_pairs(tally, interpreter, queries, gallery)
        evaluate_retrieval(target, queries, gallery)
        seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    pairs = tally.attribution("interpreter", queries.images.identities).pairs
    print(
        f"{form:>10}: {len(queries)} x {len(gallery)} x 26, {pairs} pairs scored in {seconds:.0f} s, "
        f"peak memory of the process so far {peak:.2f} GiB",
        flush=True,
    )


def make_side(folder: Path, name: str, count: int) -> CachedSide:
    """Random maps, embeddings, identities, cameras and labels of ``count`` images."""
    rng = np.random.default_rng(len(name))
    shard = {"embedding": rng.random((count, 512), dtype=np.float32)}
    for layer, channels in (("last", 128), ("shallow", 96)):
        path, shape = folder / f"{name}-{layer}.npy", (count, channels, 16, 8)
        maps = np.lib.format.open_memmap(path, mode="w+", dtype=np.float16, shape=shape)
        for start in range(0, count, 256):
            rows = maps[start : start + 256]
            rows[:] = rng.random(rows.shape, dtype=np.float32)
        maps.flush()
        shard[layer] = np.load(path, mmap_mode="r")
    places = np.stack([np.zeros(count, dtype=np.int64), np.arange(count)], axis=1)
    labels = (np.random.default_rng(1).random((IDENTITIES + 1, 26)) < 0.25).astype(np.int8)
    identities = rng.integers(1, IDENTITIES + 1, count)
    images = ImageSet(
        tuple(Path(f"{name}-{row}") for row in range(count)),
        identities,
        rng.integers(1, 7, count),
        labels[identities],
    )
    return CachedSide(images, CachedMaps(np.arange(count), (), (shard,), places))


if __name__ == "__main__":
    main()
