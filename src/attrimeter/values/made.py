"""What was made, and where: the answers of the walks that leave files behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Calibration:
    """The same-person model that was made for an interpreter.

    Attributes:
        folder: the interpreter's, where it is kept.
        data: name of the data set whose training persons it was learnt from.
        persons: how many they were.
        match_distance: up to which a pair is called a match, in the target's metric.
        strengths: of the published modes of re-weighting, as chosen on the same persons.
        changes: whether it was also learnt what would turn a match, and how sure that is.
    """

    folder: Path
    data: str
    persons: int
    match_distance: float
    strengths: Mapping[str, float]
    changes: bool
