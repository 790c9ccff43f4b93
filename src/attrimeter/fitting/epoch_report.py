"""One finished epoch, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class EpochReport:
    """One finished epoch.

    Attributes:
        epoch: 1, 2, ..., ``epochs``.
        train: mean of each loss term over the epoch.
        validation: scores on the held-out identities (empty without any).
        is_best: whether this epoch is the best so far.
        seconds: it took.
    """

    epoch: int
    epochs: int
    train: Mapping[str, float]
    validation: Mapping[str, float]
    is_best: bool
    seconds: float

    def as_row(self) -> dict[str, float]:
        """One flat row: epoch, seconds, train_<term>, validation_<score>."""
        row = {"epoch": float(self.epoch), "seconds": self.seconds}
        row |= {f"train_{name}": value for name, value in self.train.items()}
        return row | {f"validation_{name}": value for name, value in self.validation.items()}
