"""Shares of groups against plain loops."""

from __future__ import annotations

import math

import numpy as np
import pytest

from attrimeter.metrics.bootstrap import bootstrap_mean, bootstrap_ratio
from attrimeter.metrics.group_shares import share_of_groups, share_of_leads

RNG = np.random.default_rng(5)
CONTRIBUTIONS = RNG.normal(size=(30, 5))
IDENTITIES = RNG.integers(0, 12, size=30)
TOTALS = RNG.uniform(1, 3, size=30)


def test_share_of_all_contributions() -> None:
    part = whole = 0.0
    for row in CONTRIBUTIONS:
        part += abs(row[1]) + abs(row[4])
        whole += sum(abs(value) for value in row)
    found = share_of_groups(CONTRIBUTIONS, [1, 4], IDENTITIES, samples=50, seed=2)
    assert found.value == pytest.approx(part / whole)
    assert found.low < found.value < found.high
    sizes = np.abs(CONTRIBUTIONS)
    assert found == bootstrap_ratio(
        sizes[:, [1, 4]].sum(axis=1), sizes.sum(axis=1), IDENTITIES, samples=50, seed=2
    )


def test_share_of_the_distance() -> None:
    found = share_of_groups(CONTRIBUTIONS, (0,), IDENTITIES, totals=TOTALS, samples=20)
    assert found.value == pytest.approx(sum(abs(row[0]) for row in CONTRIBUTIONS) / sum(TOTALS))


def test_leads_are_largest_and_untied() -> None:
    contributions = CONTRIBUTIONS.copy()
    contributions[0] = [3, 1, 3, 0, 0]
    contributions[1] = [3, 1, -4, 0, 0]
    contributions[2] = 0
    leads = []
    for row in contributions:
        others = [value for column, value in enumerate(row) if column != 0]
        leads.append(float(all(row[0] > value for value in others)))
    assert leads[:3] == [0, 1, 0]
    found = share_of_leads(contributions, 0, IDENTITIES, samples=50, seed=1)
    assert found == bootstrap_mean(np.array(leads), IDENTITIES, samples=50, seed=1)
    assert found.value == pytest.approx(sum(leads) / 30)


def test_nothing_to_share() -> None:
    none = np.zeros((4, 3))
    assert math.isnan(share_of_groups(none, [0], np.arange(4)).value)
    assert math.isnan(share_of_leads(none[:0], 0, np.arange(0)).value)
    assert share_of_leads(none, 0, np.arange(4), samples=10).value == 0
