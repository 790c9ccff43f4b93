"""The cost of reading an image, measured on blank ones."""

from __future__ import annotations

from pathlib import Path

from attrimeter.targets import open_target
from attrimeter.targets.cost import measure_cost


def test_cost_counts_what_is_kept_of_one_image(tiny_target_file: Path) -> None:
    target = open_target(tiny_target_file)
    cost = measure_cost(target, lambda maps: [maps.last])
    height, width = target.map_size
    assert cost.numbers == target.channels * height * width
    both = measure_cost(target, lambda maps: [maps.last, maps.shallow])
    assert both.numbers > cost.numbers and 0 < both.seconds < 60
