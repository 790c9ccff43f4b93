"""The distance shared evenly among the groups that differ."""

from __future__ import annotations

import pytest

from attrimeter.benchmarking.explainers.label_only import LabelOnly
from attrimeter.values import MeasuredPairs


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
