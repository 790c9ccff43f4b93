"""What an explanation costs beside the target's own work on the two images.

    python benchmarks/explain_cost.py [CHECKPOINT]

Measures in turn, in one run, on one thread: embedding two images with the target alone, and explaining the
pair with a light interpreter (both from decoded pixels to numbers), and prints the ratio of the medians.
Without a checkpoint the target is an OSNet x0.25 with random weights, which costs the same.
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
    torch.set_num_threads(1)
    target = open_target(sys.argv[1]) if len(sys.argv) > 1 else random_osnet()
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, size=(128, 64, 3), dtype=np.uint8) for _ in range(2)]
    print(f"target {target.profile.name}; medians of {ROUNDS} rounds, interleaved, one thread")
    for form in FORMS:
        interpreter = build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings(form=form))
        interpreter.network.eval()

        def explain(interpreter: object = interpreter) -> object:
            return explain_pair(interpreter, images[0], images[1])  # type: ignore[arg-type]

        alone, explained = interleave(lambda: target.embed_images(images), explain)
        print(
            f"{form:>10}: target alone {1e3 * alone:.1f} ms, explained {1e3 * explained:.1f} ms, "
            f"ratio {explained / alone:.3f}"
        )


def interleave(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float]:
    """Median seconds of two functions that are called in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for round_ in range(ROUNDS + 5):
        for function, kept in zip((first, second), times, strict=True):
            began = time.perf_counter()
            function()
            if round_ >= 5:
                kept.append(time.perf_counter() - began)
    return statistics.median(times[0]), statistics.median(times[1])


def random_osnet() -> Target:
    profile = PROFILES["osnet_x0_25"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "osnet.safetensors"
        save_network(path, weights_of(build_network(profile)), profile, metric="euclidean")
        return open_target(path)


if __name__ == "__main__":
    main()
