"""Whether an interpreter fails where it must, and agrees with itself where it should."""

from __future__ import annotations

import math
from dataclasses import dataclass

from attrimeter.values.evaluation import Score

WORSE = 2.0
"""How many times its error an interpreter must have beside a target that is not its own."""

ALIKE = 0.9
"""The least mean rank correlation of interpreters that differ in their seed alone."""


@dataclass(frozen=True)
class Agreement:
    """How far an attribution agrees with measured truth on pairs that differ in many groups.

    Attributes:
        spearman: mean rank correlation over the groups that differ.
        relative_error: sum |c - phi| / sum |phi|.
    """

    spearman: Score
    relative_error: Score


@dataclass(frozen=True)
class SanityFindings:
    """The sanity checks of one interpreter.

    Attributes:
        target: name of the target's profile.
        target_fingerprint: of its weights and profile.
        seed: of the persons and views, of the shuffling, and of the bootstrap.
        pairs: that every figure was taken over.
        own: the interpreter on its own target.
        average: the group average on that target, which never looks at a pair.
        other_target: the interpreter's network beside another target, on that target's own truth.
        other_average: the group average on that other target.
        shuffled_weights: the interpreter beside its target with all weights shuffled, as shares of the
            distance, against the truth of the unshuffled one.
        shuffled_labels: an interpreter that was fitted with shuffled labels.
        seeds: mean rank correlation between interpreters that differ in their seed, over all couples.
        interpreters: how many interpreters ``seeds`` compares.

    What was not asked for is None.
    """

    target: str
    target_fingerprint: str
    seed: int
    pairs: int
    own: Agreement
    average: Agreement
    other_target: Agreement | None
    other_average: Agreement | None
    shuffled_weights: Agreement
    shuffled_labels: Agreement | None
    seeds: Score | None
    interpreters: int

    @property
    def times_worse(self) -> float:
        """The relative error beside the other target over the own one; NaN if there is no other."""
        if self.other_target is None or not self.own.relative_error.value > 0:
            return math.nan
        return self.other_target.relative_error.value / self.own.relative_error.value

    @property
    def holds(self) -> dict[str, bool]:
        """Name of each check that was made -> whether it came out as it must."""
        found = {"shuffled weights": self._at_average_level(self.shuffled_weights)}
        if self.other_target is not None:
            found["other target"] = self.times_worse >= WORSE
        if self.shuffled_labels is not None:
            found["shuffled labels"] = self._at_average_level(self.shuffled_labels)
        if self.seeds is not None:
            found["other seeds"] = self.seeds.value >= ALIKE
        return found

    def _at_average_level(self, agreement: Agreement) -> bool:
        """Whether it agrees no better than the group average does, within that one's interval."""
        correlation, error = self.average.spearman, self.average.relative_error
        return bool(
            agreement.spearman.value <= _or(correlation.high, correlation.value)
            and agreement.relative_error.value >= _or(error.low, error.value)
        )


def _or(known: float, otherwise: float) -> float:
    return otherwise if math.isnan(known) else known
