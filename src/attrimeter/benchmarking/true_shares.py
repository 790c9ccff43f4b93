"""What each attribute group truly carries on average, from pairs that nothing is scored on."""

from __future__ import annotations

import os

from jaxtyping import Float64

from attrimeter.arrays import Array
from attrimeter.benchmarking.explainers import mean_true_shares
from attrimeter.benchmarking.store import load_or_measure
from attrimeter.caching.folders import cache_folder
from attrimeter.progress import StepProgress, silent
from attrimeter.synthesis.scenes import STANDARD
from attrimeter.targets import Target

TRAINING_STREAM = 77_000
SHARES_SEED = 1
SHARES_PAIRS = {"many": 120, "few": 60}


def average_true_shares(
    target: Target,
    *,
    cache: str | os.PathLike[str] | None = None,
    mark: bool = False,
    scene: str = STANDARD,
    workers: int | None = None,
    progress: StepProgress | None = None,
) -> Float64[Array, " groups"]:
    """Mean true share of D^2 of each group where it differs: all that the group average knows of a target.

    It comes from 180 pairs made for training, the same for every benchmark and trust card of a target, and
    kept in the cache.

    Args:
        mark: on pairs with the identity mark on every backpack.
        scene: of the pairs.

    Raises:
        StorageError: the cache cannot be written.
    """
    pairs, _ = load_or_measure(
        target,
        kinds=SHARES_PAIRS,
        seed=SHARES_SEED,
        stream=TRAINING_STREAM,
        cache=cache_folder(cache),
        mark=mark,
        scene=scene,
        workers=workers,
        progress=(progress or silent)("average shares"),
    )
    return mean_true_shares(pairs)
