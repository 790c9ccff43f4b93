from __future__ import annotations

import math
import warnings

import numpy as np
from scipy.stats import ConstantInputWarning, spearmanr

from attrimeter.metrics.rank_correlation import bootstrap_rank_correlation, rank_correlations


def slow_rho(a: np.ndarray, b: np.ndarray) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConstantInputWarning)
        return float(np.nan_to_num(spearmanr(a, b).statistic))


def test_rows_against_scipy_with_ties() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 5, (60, 8)).astype(float), rng.normal(size=(60, 8)).round(1)
    counted = rng.random((60, 8)) < 0.7
    found = rank_correlations(a, b, counted)
    for row, rho in enumerate(found):
        here = counted[row]
        if here.sum() < 3:
            assert math.isnan(rho)
        else:
            assert math.isclose(rho, slow_rho(a[row, here], b[row, here]), abs_tol=1e-12)


def test_constant_row_is_zero_and_two_items_are_none() -> None:
    a = np.array([[1.0, 1.0, 1.0], [1.0, 2.0, 3.0]])
    b = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])
    constant, short = rank_correlations(a, b, np.array([[True] * 3, [True, True, False]]))
    assert constant == 0.0 and math.isnan(short)
    assert rank_correlations(np.zeros((0, 4)), np.zeros((0, 4)), np.zeros((0, 4), dtype=bool)).shape == (0,)


def test_bootstrap_against_a_loop() -> None:
    """Each replicate is the rank correlation of the items that it drew, one by one, ties and all."""
    rng = np.random.default_rng(5)
    groups = np.repeat(np.arange(30), 3)
    a = rng.normal(size=90).round(1)
    b = (a + rng.normal(size=90)).round(1)
    score = bootstrap_rank_correlation(a, b, groups, samples=200, seed=3)
    assert math.isclose(score.value, slow_rho(a, b), abs_tol=1e-12)
    replicates = []
    for times in np.random.default_rng(3).multinomial(30, np.full(30, 1 / 30), size=200):
        items = np.repeat(np.arange(90), times[groups])
        replicates.append(slow_rho(a[items], b[items]))
    np.testing.assert_allclose([score.low, score.high], np.quantile(replicates, [0.025, 0.975]), atol=1e-12)


def test_too_few_items_or_groups() -> None:
    few = bootstrap_rank_correlation(np.zeros(2), np.ones(2), np.arange(2))
    assert math.isnan(few.value) and math.isnan(few.low)
    one = bootstrap_rank_correlation(np.arange(4.0), np.arange(4.0), np.zeros(4, dtype=int))
    assert one.value == 1.0 and math.isnan(one.low) and math.isnan(one.high)
    constant = bootstrap_rank_correlation(np.ones(9), np.arange(9.0), np.arange(9))
    assert (constant.value, constant.low, constant.high) == (0.0, 0.0, 0.0)
