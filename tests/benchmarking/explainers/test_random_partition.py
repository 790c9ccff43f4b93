"""A random partition: it adds up, it is smooth, and it looks at nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from attrimeter.benchmarking.explainers.random_partition import RandomPartition, draw_partitions
from attrimeter.targets import Target
from attrimeter.values import MeasuredPairs


def test_contributions_are_sums_over_the_cells_of_each_map(target: Target, pairs: MeasuredPairs) -> None:
    """The tiny target averages over the cells, and what follows is affine: f(F) = b + sum of v(F(p))."""
    attribution = RandomPartition(target, seed=3).explain(pairs)
    size, groups = target.map_size, len(pairs.groups)
    partitions = draw_partitions(range(len(pairs)), groups + 1, size, seed=3)
    for row in range(len(pairs)):
        maps = [target.read_maps(target.preprocess([side[row]])).last for side in (pairs.first, pairs.second)]
        first, second = (target.head.embed(last)[0].double() for last in maps)
        booked = 0.0
        for k in range(groups + 1):
            mask = torch.from_numpy(partitions[row, k]).float()
            a, b = (target.head.embed(last * mask)[0].double() for last in maps)
            expected = float((a - b) @ (first - second))
            booked += expected
            if k < groups:
                assert attribution.contributions[row, k] == pytest.approx(
                    expected, abs=1e-4 * pairs.total[row]
                )
        assert booked == pytest.approx(pairs.total[row], rel=1e-4)


def test_its_maps_are_the_partition_of_the_groups(target: Target, pairs: MeasuredPairs) -> None:
    attribution = RandomPartition(target).explain(pairs)
    assert attribution.first_maps is not None
    assert attribution.first_maps.shape == (len(pairs), len(pairs.groups), *target.map_size)
    assert np.array_equal(attribution.first_maps, attribution.second_maps)
    sums = attribution.first_maps.sum(axis=1)
    assert (attribution.first_maps >= 0).all() and (sums < 1).all() and (sums > 0).all()


def test_partitions_are_smooth_partitions_of_unity_that_follow_the_seed() -> None:
    partitions = draw_partitions(range(6), 5, (16, 8), seed=1)
    assert np.allclose(partitions.sum(axis=1), 1)
    assert np.array_equal(draw_partitions([4], 5, (16, 8), seed=1)[0], partitions[4])
    assert not np.allclose(draw_partitions([4], 5, (16, 8), seed=2)[0], partitions[4])
    steps = np.abs(np.diff(partitions, axis=2)).mean()
    shuffled = np.random.default_rng(0).permutation(partitions.reshape(6, 5, -1), axis=2)
    assert steps < 0.6 * np.abs(np.diff(shuffled.reshape(partitions.shape), axis=2)).mean()
    assert partitions.max(axis=1).mean() > 0.6


def test_it_is_not_told_the_labels(target: Target, pairs: MeasuredPairs) -> None:
    explainer = RandomPartition(target)
    attribution = explainer.explain(replace(pairs, differs=~pairs.differs))
    assert np.array_equal(attribution.contributions, explainer.explain(pairs).contributions)
    assert not attribution.uses_labels
