"""Mean true shares, and the baseline made of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.benchmarking.explainers.group_average import GroupAverage, mean_true_shares
from attrimeter.errors import SettingsError
from attrimeter.values import MeasuredPairs


@pytest.fixture
def training(pairs: MeasuredPairs) -> MeasuredPairs:
    """The same pairs with a truth; the last one is a pair that the target cannot tell apart."""
    truth = np.random.default_rng(0).normal(size=pairs.differs.shape) * pairs.differs
    return replace(pairs, truth=truth, total=np.array([2.0, 3.0, 1.0, 0.0]))


def test_shares_are_means_over_the_pairs_in_which_a_group_differs(training: MeasuredPairs) -> None:
    shares = mean_true_shares(training)
    counts = set()
    for column in range(len(training.groups)):
        found = [
            training.truth[row, column] / training.total[row]
            for row in range(len(training))
            if training.differs[row, column] and training.total[row] > 0
        ]
        counts.add(len(found))
        assert shares[column] == pytest.approx(sum(found) / len(found) if found else 0.0)
    assert {0, 1} <= counts


def test_the_average_share_is_scaled_to_the_distance_of_the_pair(pairs: MeasuredPairs) -> None:
    shares = np.random.default_rng(1).normal(size=len(pairs.groups))
    attribution = GroupAverage(shares).explain(pairs)
    for row in range(len(pairs)):
        for column in range(len(pairs.groups)):
            expected = shares[column] * pairs.total[row] if pairs.differs[row, column] else 0.0
            assert attribution.contributions[row, column] == pytest.approx(expected)
    assert attribution.uses_labels and attribution.first_maps is None


def test_every_group_needs_a_share(pairs: MeasuredPairs) -> None:
    with pytest.raises(SettingsError, match="one share for each group"):
        GroupAverage(np.zeros(3)).explain(pairs)
