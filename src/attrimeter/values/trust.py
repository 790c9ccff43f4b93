"""The trust card of an interpreter: what was measured of its attributions, and how wide they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from attrimeter.values.evaluation import Score

Verdict = Literal["measured", "weak", "not measured"]
"""Whether an attribution agreed with measured truth, did not, or was not compared with it."""


@dataclass(frozen=True)
class GroupTrust:
    """What was measured of the attribution of one attribute group (NaN where it cannot be had).

    Attributes:
        verdict: "measured", "weak" or "not measured".
        correlation: rank correlation with the truth over the pairs in which the group differs.
        relative_error: sum |c - phi| / sum |phi| over these pairs.
        leak: sum |c| where the group does not differ, over sum |phi| where it does.
        true_share: mean true share of the squared distance where it differs.
        pairs: pairs in which it differs.
        words: the same in one sentence.
    """

    verdict: Verdict
    correlation: float
    relative_error: float
    leak: float
    true_share: float
    pairs: int
    words: str


@dataclass(frozen=True)
class ResidualTable:
    """How far the truth lies from a contribution, by the size of the contribution.

    All numbers are shares of the squared distance D^2. Bin i holds the contributions c with
    edges[i - 1] <= |c| / D^2 < edges[i]; the first bin begins at 0 and the last one never ends.

    Attributes:
        edges: the b - 1 inner edges, ascending.
        low, high: 5 % and 95 % quantile of (phi - c) / D^2 in each of the b bins; NaN where it is not known.
    """

    edges: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class TrustCard:
    """What an interpreter was worth on rendered pairs of its own target, measured at the end of fitting.

    Attributes:
        status: "measured", or "not measured" where there were too few pairs.
        pairs: pairs of different persons that were measured.
        interpreter_error: relative error of the interpreter on pairs with many differences.
        baseline_error: that of "group average x D^2", which never looks at the pair.
        spearman: mean rank correlation of contributions and truth within such pairs.
        groups: group -> what was measured of it.
        residuals: group or "other" -> how far the truth lies from its contributions.
        words: the card in plain sentences.
    """

    status: Literal["measured", "not measured"]
    pairs: int
    interpreter_error: Score
    baseline_error: Score
    spearman: Score
    groups: Mapping[str, GroupTrust]
    residuals: Mapping[str, ResidualTable]
    words: tuple[str, ...]

    @property
    def beats_baseline(self) -> bool:
        """Whether the interpreter errs less than a constant that never looks at the pair."""
        return self.interpreter_error.value < self.baseline_error.value
