"""Mean true shares, and the baseline made of them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from attrimeter.benchmarking.explainers import Explainer, MeasuredAgain
from attrimeter.benchmarking.explainers.from_labels import GroupAverage, LabelOnly, mean_true_shares
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


def test_every_differing_group_has_the_same_share_of_the_distance(pairs: MeasuredPairs) -> None:
    attribution = LabelOnly().explain(pairs)
    for row in range(len(pairs)):
        differing = [column for column in range(len(pairs.groups)) if pairs.differs[row, column]]
        for column in range(len(pairs.groups)):
            expected = pairs.total[row] / len(differing) if column in differing else 0.0
            assert attribution.contributions[row, column] == pytest.approx(expected)
    assert attribution.uses_labels and attribution.first_maps is None


def test_the_same_person_has_nothing_to_share(pairs: MeasuredPairs) -> None:
    assert not pairs.differs[2].any()
    assert (LabelOnly().explain(pairs).contributions[2] == 0).all()


def test_its_account_is_the_second_truth(pairs: MeasuredPairs) -> None:
    again = replace(pairs, truth=np.where(pairs.differs, 3.0, 0.0), total=pairs.total * 2)
    explainer = MeasuredAgain(again)
    assert isinstance(explainer, Explainer)
    attribution = explainer.explain(pairs)
    np.testing.assert_array_equal(attribution.contributions, again.truth)
    assert attribution.uses_labels and attribution.first_maps is None and math.isnan(attribution.seconds)


def test_other_pairs_are_refused(pairs: MeasuredPairs) -> None:
    for other in (pairs.take(np.arange(2)), replace(pairs, differs=~pairs.differs)):
        with pytest.raises(SettingsError, match="same kinds, seed and stream"):
            MeasuredAgain(other).explain(pairs)
