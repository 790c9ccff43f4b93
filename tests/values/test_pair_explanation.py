from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from attrimeter.values import OTHER, ExplainedImage, PairExplanation

IMAGE = ExplainedImage(name="a", pixels=np.zeros((8, 8, 3), dtype=np.uint8), maps={}, readings={})


def explanation(groups: dict[str, float], other: float) -> PairExplanation:
    attributes = {f"{group} attribute": value for group, value in groups.items()}
    return PairExplanation(
        first=IMAGE,
        second=IMAGE,
        distance=sum(groups.values()) + other,
        metric="euclidean",
        percentile_same=1.0,
        percentile_different=2.0,
        attributes=attributes,
        groups=groups,
        group_members={group: (f"{group} attribute",) for group in groups},
        other=other,
        shares={},
        completeness=0.0,
        form="exact",
        target="target",
        target_fingerprint="0" * 64,
        schema="market1501",
    )


def test_groups_are_ranked_by_absolute_contribution_then_name() -> None:
    ranked = explanation({"hat": 0.1, "bag": -0.5, "arms": -0.1}, other=0.3).ranked_groups
    assert ranked == (("bag", -0.5), (OTHER, 0.3), ("arms", -0.1), ("hat", 0.1))


def test_contributions_hold_everything_by_name() -> None:
    one = explanation({"hat": 0.1, "bag": -0.5}, other=0.3)
    assert one.contributions == {
        "hat attribute": 0.1,
        "bag attribute": -0.5,
        "hat": 0.1,
        "bag": -0.5,
        OTHER: 0.3,
    }


def test_explanations_are_frozen() -> None:
    one = explanation({"hat": 0.1}, other=0.0)
    with pytest.raises(FrozenInstanceError):
        one.distance = 3.0  # type: ignore[misc]
