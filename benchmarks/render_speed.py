"""How many pictures a second one core renders: python benchmarks/render_speed.py [--count N]."""

from __future__ import annotations

import argparse
import time

from attrimeter.synthesis import CAMERAS, render_batch, sample_person, sample_view


def main() -> None:
    """Render random persons in random views and print pictures per second, without and with warm caches."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--height", type=int, default=128)
    count, height = vars(parser.parse_args()).values()
    persons = [sample_person(seed) for seed in range(count)]
    views = [sample_view(seed, seed % len(CAMERAS) + 1) for seed in range(count)]
    for caches in ("cold", "warm"):
        start = time.perf_counter()
        render_batch(persons, views, (height, height // 2))
        seconds = time.perf_counter() - start
        print(
            f"{count} pictures of {height} x {height // 2}, caches {caches}: {count / seconds:.0f} per second"
        )


if __name__ == "__main__":
    main()
