"""What the attribute groups of one pair of rendered pictures truly carry, beside what an explanation says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PairTruth:
    """Measured truth of one pair.

    Attributes:
        shares: group or "other" -> what it truly carries, as a share of the distance; they sum to 1, or are
            all 0 where there is no distance. A group in which the two are alike has 0.
        pictures: how many edited pictures it took.
    """

    shares: Mapping[str, float]
    pictures: int
