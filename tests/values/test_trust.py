from __future__ import annotations

import math
from dataclasses import FrozenInstanceError

import pytest

from attrimeter.values import Score
from attrimeter.values.trust import TrustCard


def card(own: float, average: float) -> TrustCard:
    scores = [Score(value, math.nan, math.nan) for value in (own, average, 0.8)]
    return TrustCard("measured", 400, *scores, groups={}, residuals={}, words=())


@pytest.mark.parametrize(
    ("own", "average", "beats"),
    [(0.3, 0.5, True), (0.5, 0.5, False), (0.7, 0.5, False), (math.nan, 0.5, False), (0.3, math.nan, False)],
)
def test_only_a_smaller_error_beats_the_baseline(own: float, average: float, beats: bool) -> None:
    assert card(own, average).beats_baseline is beats


def test_cards_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        card(0.3, 0.5).pairs = 1  # type: ignore[misc]
