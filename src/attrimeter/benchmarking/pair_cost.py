"""What measuring planned pairs takes, said before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrimeter.benchmarking.edit_renders import PlannedPair
from attrimeter.caching.making_room import announce_kept
from attrimeter.storage.disk_space import warm_seconds
from attrimeter.synthesis import render_person
from attrimeter.synthesis.processes import usable_cores
from attrimeter.targets import Target
from attrimeter.targets.cost import measure_cost


def announce_pairs(
    target: Target, plan: Sequence[PlannedPair], folder: Path, *, size: int, workers: int | None
) -> None:
    """Say how much disk and time measuring the pairs takes, from rendering and reading a picture now.

    Args:
        folder: where the measures are kept.
        size: bytes that are kept of a pair.
        workers: processes that render; None means all cores.

    Raises:
        StorageError: the disk has not as much space.
    """
    if not plan:
        return
    first = plan[0]
    rendering = warm_seconds(lambda: render_person(first.pair.first, first.first_view))
    rendering /= workers or usable_cores()
    reading = measure_cost(target, lambda maps: [maps.last]).seconds
    announce_kept(
        f"The measures of {len(plan):,} edited pairs",
        folder,
        len(plan) * size,
        seconds=sum(planned.pictures for planned in plan) * (rendering + reading),
        smaller="ask for fewer with --pairs",
    )
