from __future__ import annotations

import math

import numpy as np
import pytest

from attrimeter.metrics.bootstrap import (
    bootstrap_contrast,
    bootstrap_difference,
    bootstrap_mean,
    bootstrap_ratio,
    draw_groups,
)


def test_mean_is_over_items_not_over_groups() -> None:
    score = bootstrap_mean(np.array([1.0, 1.0, 1.0, 5.0]), np.array([7, 7, 7, 9]))
    assert score.value == 2.0


def test_interval_of_two_groups_by_hand() -> None:
    """Draws of two groups give (a, a), (a, b) or (b, b), the first and last with probability 1/4 each."""
    values, groups = np.array([0.0, 0.0, 0.0, 4.0]), np.array([1, 1, 1, 2])
    score = bootstrap_mean(values, groups, samples=400)
    assert (score.value, score.low, score.high) == (1.0, 0.0, 4.0)


def test_against_a_loop() -> None:
    rng = np.random.default_rng(3)
    groups = rng.integers(0, 40, 500)
    values = rng.normal(size=500) + groups / 10
    replicates = []
    for _ in range(4000):
        drawn = rng.integers(0, 40, 40)
        items = np.concatenate([values[groups == group] for group in drawn])
        replicates.append(items.mean())
    low, high = np.quantile(replicates, [0.025, 0.975])
    score = bootstrap_mean(values, groups, samples=4000, seed=1)
    width = high - low
    assert abs(score.low - low) < 0.06 * width
    assert abs(score.high - high) < 0.06 * width
    assert math.isclose(score.value, values.mean())


def test_interval_covers_the_truth() -> None:
    """Of 200 data sets whose groups scatter about 0, some 95 % of the intervals hold 0."""
    rng = np.random.default_rng(0)
    held = 0
    for seed in range(200):
        groups = np.repeat(np.arange(60), 5)
        values = rng.normal(size=60)[groups] + 0.1 * rng.normal(size=300)
        score = bootstrap_mean(values, groups, samples=300, seed=seed)
        held += score.low <= 0 <= score.high
    assert 178 <= held <= 199


def test_grouping_matters() -> None:
    """Copies of an item add no certainty."""
    values = np.repeat(np.random.default_rng(0).normal(size=30), 10)
    grouped = bootstrap_mean(values, np.repeat(np.arange(30), 10))
    single = bootstrap_mean(values, np.arange(300))
    assert grouped.high - grouped.low > 2 * (single.high - single.low)


def test_same_seed_same_interval() -> None:
    values, groups = np.random.default_rng(0).normal(size=50), np.arange(50) // 5
    assert bootstrap_mean(values, groups, seed=4) == bootstrap_mean(values, groups, seed=4)
    assert bootstrap_mean(values, groups, seed=4) != bootstrap_mean(values, groups, seed=5)


def test_nan_items_are_left_out() -> None:
    values, groups = np.random.default_rng(0).normal(size=50), np.arange(50) // 5
    more = np.concatenate([values, [np.nan, np.nan]])
    assert bootstrap_mean(more, np.append(groups, [3, 99])) == bootstrap_mean(values, groups)


def test_one_group_and_none() -> None:
    one = bootstrap_mean(np.array([1.0, 3.0]), np.array([5, 5]))
    assert one.value == 2.0 and math.isnan(one.low) and math.isnan(one.high)
    for values in (np.zeros(0), np.array([np.nan])):
        none = bootstrap_mean(values, np.zeros(len(values), dtype=int))
        assert math.isnan(none.value) and math.isnan(none.low) and math.isnan(none.high)


def test_ratio_of_sums_against_a_loop() -> None:
    rng = np.random.default_rng(3)
    above, below, groups = rng.normal(size=60), rng.random(60), np.arange(60) // 3
    score = bootstrap_ratio(above, below, groups, samples=300, seed=2)
    assert math.isclose(score.value, above.sum() / below.sum())
    replicates = []
    for times in np.random.default_rng(2).multinomial(20, np.full(20, 1 / 20), size=300):
        rows = [row for row in range(60) for _ in range(times[groups[row]])]
        replicates.append(above[rows].sum() / below[rows].sum())
    np.testing.assert_allclose([score.low, score.high], np.quantile(replicates, [0.025, 0.975]))


def test_ratio_without_denominators() -> None:
    none = bootstrap_ratio(np.ones(4), np.zeros(4), np.arange(4))
    assert math.isnan(none.value) and math.isnan(none.low) and math.isnan(none.high)


def test_replicates_without_denominators_are_left_out() -> None:
    """Half of all draws of these two groups hold the second one; only they have a ratio, which is 3."""
    score = bootstrap_ratio(np.array([0.0, 6.0]), np.array([0.0, 2.0]), np.arange(2))
    assert (score.value, score.low, score.high) == (3.0, 3.0, 3.0)


class TestBootstrapDifference:
    def test_is_that_of_ratios_computed_replicate_by_replicate(self) -> None:
        rng = np.random.default_rng(1)
        groups = rng.integers(0, 9, size=60)
        values, first = rng.normal(size=60), rng.random(60) < 0.5
        ratios = [(np.where(side, values, 0), side.astype(float)) for side in (first, ~first)]
        score = bootstrap_difference(ratios[0], ratios[1], groups, level=0.8, samples=200, seed=4)
        assert score.value == pytest.approx(values[first].mean() - values[~first].mean())
        found = []
        for draw in draw_groups(9, samples=200, seed=4):
            rows = [
                row
                for group, times in enumerate(draw)
                for row in np.flatnonzero(groups == group).tolist() * times
            ]
            drawn, side = values[rows], first[rows]
            found.append(drawn[side].mean() - drawn[~side].mean())
        assert (score.low, score.high) == pytest.approx(np.quantile(found, (0.1, 0.9)))

    def test_four_ratios(self) -> None:
        rng = np.random.default_rng(5)
        groups = rng.integers(0, 6, size=40)
        ratios = [(rng.normal(size=40), rng.random(40)) for _ in range(4)]
        found = bootstrap_contrast(ratios[:2], ratios[2:], groups, samples=100, seed=1)
        whole = [above.sum() / below.sum() for above, below in ratios]
        assert found.value == pytest.approx(whole[0] + whole[1] - whole[2] - whole[3])
        replicates = []
        for draw in draw_groups(6, samples=100, seed=1):
            rows = np.concatenate([np.tile(np.flatnonzero(groups == g), n) for g, n in enumerate(draw)])
            one, two, three, four = (above[rows].sum() / below[rows].sum() for above, below in ratios)
            replicates.append(one + two - three - four)
        assert (found.low, found.high) == pytest.approx(np.quantile(replicates, (0.025, 0.975)))

    def test_a_surer_interval_is_wider(self) -> None:
        rng = np.random.default_rng(2)
        values, groups, half = rng.normal(size=80), np.arange(80), np.arange(80) < 40
        ratios = [(np.where(side, values, 0), side.astype(float)) for side in (half, ~half)]
        narrow, wide = (bootstrap_difference(*ratios, groups, level=level) for level in (0.5, 0.99))
        assert wide.low < narrow.low < narrow.value < narrow.high < wide.high

    def test_nothing_to_compare(self) -> None:
        ones, none = np.ones(4), np.zeros(4)
        groups = np.arange(4)
        assert np.isnan(bootstrap_difference((ones, ones), (none, none), groups).value)
        single = bootstrap_difference((ones, ones), (none, np.array([1.0, 0, 0, 0])), groups)
        assert single.value == 1 and np.isnan(single.low) and np.isnan(single.high)
        empty = np.zeros(0)
        assert np.isnan(bootstrap_difference((empty, empty), (empty, empty), empty.astype(int)).value)
