"""Which labels of two images differ, where both are known."""

from __future__ import annotations

from typing import NamedTuple

from jaxtyping import Bool, Int8
from torch import Tensor


class LabelPairs(NamedTuple):
    """Attributes of pairs of images.

    Attributes:
        differs: both labels are known and not the same (the exclusive attributes).
        known: both labels are known.
    """

    differs: Bool[Tensor, "*pairs attr"]
    known: Bool[Tensor, "*pairs attr"]


def compare_labels(a: Int8[Tensor, "*#pairs attr"], b: Int8[Tensor, "*#pairs attr"]) -> LabelPairs:
    """Compare labels (1, 0, or -1 for unknown) of shapes that broadcast to each other."""
    known = (a >= 0) & (b >= 0)
    return LabelPairs(differs=(a != b) & known, known=known)
