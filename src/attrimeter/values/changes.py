"""Whether the smallest changes that an interpreter names really turn the answer, when the edit is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from attrimeter.values.change_answer import Turn
from attrimeter.values.evaluation import Score


@dataclass(frozen=True)
class ChangeLine:
    """One way of answering, over the pairs of one question.

    Attributes:
        name: of the way.
        uses_labels: whether it uses the labels of which groups differ.
        works: share of the pairs for which a set exists whose answer works; no answer counts as wrong.
        smallest: share whose answer works and is as small as can be.
        excess: mean number of groups too many in the answers that work.
        answered: share of those pairs with an answer.
        right: share of all answers that work, those about pairs for which no set exists included.
    """

    name: str
    uses_labels: bool
    works: Score
    smallest: Score
    excess: Score
    answered: float
    right: Score


@dataclass(frozen=True)
class ChangeQuestion:
    """One question about pairs, and how well it was answered.

    Attributes:
        turn: what was asked for.
        pairs: that were asked about.
        possible: for how many of them a set exists.
        sizes: size of the truly smallest set -> pairs.
        sure: probability that the first line asks of a set before it leaves a larger one alone.
        promised: mean probability that the first line gives its answers.
        lines: the calibrated answers first, then those without calibration, then the baselines.
    """

    turn: Turn
    pairs: int
    possible: int
    sizes: Mapping[int, int]
    sure: float
    promised: float
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True)
class ChangeFindings:
    """What ``attrimeter check changes`` found for one interpreter.

    Attributes:
        target: name of the target's profile.
        target_fingerprint: of its weights and profile.
        seed: of the persons and views, the rivals, and the bootstrap.
        threshold: distance up to which a pair is a match, in the target's metric.
        most: groups in a set at most.
        questions: "match", "no match", "swap".
    """

    target: str
    target_fingerprint: str
    seed: int
    threshold: float
    most: int
    questions: tuple[ChangeQuestion, ...]
