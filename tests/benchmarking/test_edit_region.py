from __future__ import annotations

import numpy as np
import pytest
import torch

from attrimeter.benchmarking.edit_region import find_region, group_band, move_region
from attrimeter.errors import SchemaError
from attrimeter.schemas import SCHEMAS

SCHEMA = SCHEMAS["market1501"]
SIZE = (128, 64)


def test_a_band_holds_all_parts_of_the_group() -> None:
    assert group_band(SCHEMA, "upper colour") == (0.15, 0.6)  # torso and arms
    assert group_band(SCHEMA, "lower colour") == (0.45, 0.95)  # thighs and shins
    with pytest.raises(SchemaError, match="no group 'cape'"):
        group_band(SCHEMA, "cape")


def test_the_region_is_where_the_map_is_above_half() -> None:
    attention = torch.full((16, 8), 0.1)
    attention[6:9, 2:5] = 3.0
    weight = find_region(attention, size=SIZE, band=(0.0, 1.0))
    assert weight.shape == SIZE
    assert (weight[52:68, 20:36] == 1).all()
    assert weight[:44].max() == 0 and weight[76:].max() == 0 and weight[:, 44:].max() == 0
    assert weight[47, 28] < 0.5 < weight[48, 28]  # where the cell begins


def test_the_strongest_place_within_the_band_counts() -> None:
    attention = torch.full((16, 8), 0.01)
    attention[0:2] = 50.0  # far above the band
    attention[10, 3] = 1.0
    weight = find_region(attention, size=SIZE, band=(0.45, 0.95))
    assert weight[: int(0.43 * 128)].max() == 0
    assert weight[84, 28] == 1 and weight.mean() < 0.05


def test_a_map_without_a_place_takes_the_whole_band() -> None:
    weight = find_region(torch.ones(8, 4), size=SIZE, band=(0.25, 0.5))
    assert (weight[36:60] == 1).all() and weight[:28].max() == 0 and weight[68:].max() == 0


def test_a_moved_region_keeps_its_area_and_goes_elsewhere() -> None:
    weight = find_region(torch.eye(16)[:, :8].flip(0) + 0.01, size=SIZE, band=(0.4, 0.75))
    rng = np.random.default_rng(0)
    moved = [move_region(weight, rng) for _ in range(20)]
    for other in moved:
        assert np.array_equal(np.sort(other, axis=None), np.sort(weight, axis=None))
        assert np.minimum(other, weight).sum() < 0.5 * weight.sum()
    assert len({other.tobytes() for other in moved}) > 15
