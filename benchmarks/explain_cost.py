"""What an explanation costs beside the target's own work on the two images.

    python benchmarks/explain_cost.py [CHECKPOINT]

Measures in turn, in one run, from decoded pixels to numbers: embedding two images with the target alone, one
after the other and as a batch of two, and explaining the pair with a light interpreter. Prints the ratios of
the medians. Without a checkpoint the target is an OSNet x0.25 with random weights, which costs the same.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from attrimeter.explaining import explain_pair
from attrimeter.interpreter import FORMS, InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import PROFILES, Target, build_network, open_target, save_network, weights_of

ROUNDS = 60


def main() -> None:
    target = open_target(sys.argv[1]) if len(sys.argv) > 1 else random_osnet()
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, size=(128, 64, 3), dtype=np.uint8) for _ in range(2)]
    threads = torch.get_num_threads()
    print(f"target {target.profile.name}; medians of {ROUNDS} rounds, interleaved, {threads} threads")
    for form in FORMS:
        interpreter = build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings(form=form))
        interpreter.network.eval()

        def explain(interpreter: object = interpreter) -> object:
            return explain_pair(interpreter, images[0], images[1])  # type: ignore[arg-type]

        single, batch, explained = interleave(
            lambda: [target.embed_images([image]) for image in images],
            lambda: target.embed_images(images),
            explain,
        )
        print(
            f"{form}: explained in {1e3 * explained:.1f} ms; two forwards take {1e3 * single:.1f} ms, ratio "
            f"{explained / single:.2f}; one of both {1e3 * batch:.1f} ms, ratio {explained / batch:.2f}"
        )


def interleave(*functions: Callable[[], object]) -> list[float]:
    """Median seconds of functions that are called in turn."""
    times: list[list[float]] = [[] for _ in functions]
    for round_ in range(ROUNDS + 5):
        for function, kept in zip(functions, times, strict=True):
            began = time.perf_counter()
            function()
            if round_ >= 5:
                kept.append(time.perf_counter() - began)
    return [statistics.median(kept) for kept in times]


def random_osnet() -> Target:
    profile = PROFILES["osnet_x0_25"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "osnet.safetensors"
        save_network(path, weights_of(build_network(profile)), profile, metric="euclidean")
        return open_target(path)


if __name__ == "__main__":
    main()
