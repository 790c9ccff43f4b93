from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from attrimeter.metrics.intervals import (
    MIN_SAMPLES,
    MOST_BINS,
    coverage,
    fit_group_residuals,
    fit_residuals,
    interval_of,
)
from attrimeter.values import OTHER
from attrimeter.values.trust import ResidualTable

Array = np.ndarray[Any, np.dtype[Any]]
GROUPS = ("hat", "upper colour", "gender")


def simulate(seed: int, pairs: int) -> tuple[Array, Array, Array, Array, Array]:
    """Contributions, truth, differs, none and totals; the noise grows with the contribution and is skewed."""
    rng = np.random.default_rng(seed)
    totals = rng.uniform(20, 400, pairs)
    differs = rng.random((pairs, len(GROUPS))) < 0.5
    shares = rng.gamma(2.0, 0.08, differs.shape) * differs
    noise = rng.normal(0.02, 0.05 + 0.5 * shares) * differs + rng.normal(0, 0.004, differs.shape)
    contributions, truth = (shares + noise) * totals[:, None], shares * totals[:, None]
    none = totals - truth.sum(axis=1)
    return contributions, truth, differs, none, totals


def fit(seed: int, pairs: int) -> dict[str, ResidualTable]:
    contributions, truth, differs, none, totals = simulate(seed, pairs)
    return fit_group_residuals(contributions, truth, none, differs, totals, GROUPS)


def test_ninety_percent_intervals_cover_85_to_95_percent_of_fresh_pairs_at_every_size() -> None:
    tables = fit(1, 800)
    contributions, truth, differs, none, totals = simulate(2, 6000)
    everything = np.column_stack([contributions, totals - contributions.sum(axis=1)])
    true = np.column_stack([truth, none])
    ordered = [tables[name] for name in (*GROUPS, OTHER)]
    score = coverage(everything, true, totals, np.arange(6000), ordered, samples=200)
    assert 0.87 < score.value < 0.93 and score.low < score.value < score.high
    sizes = np.abs(everything) / totals[:, None]
    for low, high in ((0.0, 0.02), (0.02, 0.1), (0.1, 0.25), (0.25, 9.0)):
        inside = (sizes >= low) & (sizes < high)
        part = coverage(everything, np.where(inside, true, np.nan), totals, np.arange(6000), ordered)
        assert 0.85 < part.value < 0.95, (low, part)
    where = coverage(contributions, np.where(differs, truth, np.nan), totals, np.arange(6000), ordered[:3])
    assert 0.85 < where.value < 0.95


def test_one_width_for_all_sizes_would_not_do() -> None:
    """What the bins are for: residuals pooled over all sizes fail large contributions."""
    contributions, truth, _, _, totals = simulate(1, 800)
    residuals = np.sort(((truth - contributions) / totals[:, None])[:, 0])
    flat = ResidualTable((), (float(residuals[39]),), (float(residuals[-40]),))
    contributions, truth, _, _, totals = simulate(2, 6000)
    large = np.abs(contributions[:, :1]) / totals[:, None] > 0.25
    true = np.where(large, truth[:, :1], np.nan)
    assert coverage(contributions[:, :1], true, totals, np.arange(6000), [flat]).value < 0.8


def test_a_table_holds_order_statistics_of_bins_of_equal_count() -> None:
    contributions, truth, _, _, totals = simulate(3, 205)
    table = fit_residuals(contributions[:, 0], truth[:, 0], totals)
    assert len(table.low) == len(table.high) == len(table.edges) + 1 == 205 // MIN_SAMPLES
    entries = sorted(
        (abs(c) / t, (p - c) / t) for c, p, t in zip(contributions[:, 0], truth[:, 0], totals, strict=True)
    )
    start = 0
    for number, (low, high) in enumerate(zip(table.low, table.high, strict=True)):
        stop = 205 * (number + 1) // 5
        residuals = sorted(residual for _, residual in entries[start:stop])
        rank = math.floor((len(residuals) + 1) * 0.05 + 1e-9)
        assert (low, high) == pytest.approx((residuals[rank - 1], residuals[len(residuals) - rank]))
        if start:
            assert table.edges[number - 1] == pytest.approx(entries[start][0])
        start = stop


def test_there_are_never_more_bins_than_allowed() -> None:
    contributions, truth, _, _, totals = simulate(4, 3000)
    assert len(fit_residuals(contributions[:, 0], truth[:, 0], totals).low) == MOST_BINS


def test_contributions_of_exactly_zero_share_one_bin() -> None:
    rng = np.random.default_rng(5)
    contributions = np.where(np.arange(400) < 300, 0.0, rng.uniform(0.1, 0.5, 400))
    truth = np.where(contributions > 0, contributions + rng.normal(0, 0.1, 400), 0.0)
    table = fit_residuals(contributions, truth, np.ones(400))
    assert table.edges[0] >= 0.1
    assert interval_of(0.0, 7.0, table) == (0.0, 0.0)
    low, high = interval_of(0.3, 1.0, table)
    assert low < 0.3 < high


@pytest.mark.parametrize(("pairs", "known"), [(0, False), (18, False), (19, True)])
def test_fewer_than_nineteen_pairs_bound_nothing(pairs: int, known: bool) -> None:
    contributions, truth, _, _, totals = simulate(6, pairs)
    table = fit_residuals(contributions[:, 0], truth[:, 0], totals)
    assert table.edges == ()
    assert np.isfinite(interval_of(1.0, 10.0, table)).all() == known


def test_pairs_at_distance_zero_are_left_out() -> None:
    contributions, truth, _, _, totals = simulate(7, 100)
    more = [np.append(values, [0.0, 0.0]) for values in (contributions[:, 0], truth[:, 0], totals)]
    assert fit_residuals(*more) == fit_residuals(contributions[:, 0], truth[:, 0], totals)


def test_intervals_are_in_the_units_of_the_total() -> None:
    table = ResidualTable((0.1,), (-0.01, -0.2), (0.02, 0.1))
    assert interval_of(4.0, 100.0, table) == pytest.approx((3.0, 6.0))
    assert interval_of(0.4, 10.0, table) == pytest.approx((0.3, 0.6))
    assert interval_of(-30.0, 100.0, table) == pytest.approx((-50.0, -20.0))
    assert interval_of(10.0, 100.0, table) == pytest.approx((-10.0, 20.0))
    assert interval_of(0.0, 0.0, table) == (0.0, 0.0)


def test_a_group_that_hardly_ever_differs_borrows_the_residuals_of_all() -> None:
    contributions, truth, differs, none, totals = simulate(8, 300)
    differs[:, 2] = np.arange(300) < 19
    tables = fit_group_residuals(contributions, truth, none, differs, totals, GROUPS)
    pooled = fit_residuals(contributions.ravel(), truth.ravel(), np.repeat(totals, 3))
    assert tables["gender"] == pooled != tables["hat"]
    assert tables["hat"] == fit_residuals(contributions[:, 0], truth[:, 0], totals)
    few = fit_group_residuals(
        *(values[:30] for values in (contributions, truth, none, differs, totals)), GROUPS
    )
    assert few["hat"] == few["gender"] and len(few["hat"].low) == 2
    assert math.isfinite(few[OTHER].low[0])


def test_coverage_counts_what_lies_inside() -> None:
    table = ResidualTable((), (-0.1,), (0.1,))
    unknown = ResidualTable((), (math.nan,), (math.nan,))
    contributions = np.array([[10.0, 5.0], [10.0, 5.0], [10.0, 5.0], [10.0, 5.0]])
    truth = np.array([[20.0, 5.0], [20.1, 5.0], [math.nan, 5.0], [0.0, 5.0]])
    score = coverage(contributions, truth, np.full(4, 100.0), np.arange(4), [table, unknown])
    assert score.value == pytest.approx(2 / 3)
