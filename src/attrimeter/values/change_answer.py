"""The fewest attribute groups whose change would turn the answer about a pair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Turn = Literal["match", "no match", "swap"]
"""What the change brings about: a match, no match any more, or that the second image ranks before another."""


@dataclass(frozen=True)
class ChangeAnswer:
    """Which groups of the second image would have to change.

    To make a match or to swap ranks they would have to be as in the first image; to break a match, different.

    Attributes:
        turn: what the change would bring about.
        groups: the fewest that would do, most effective first; empty where no set of ``most`` groups does.
        distance: now, in the target's metric.
        threshold: the distance that has to be crossed: up to it a pair is a match; or that of the image to be
            overtaken.
        after: the distance expected after the change; None where no set does.
        most: groups that an answer names at most.
        probability: that the change really turns it, as measured on rendered pairs; None where it was not.
        rival: name of the image to be overtaken; "" where the threshold is that of a match.
    """

    turn: Turn
    groups: tuple[str, ...]
    distance: float
    threshold: float
    after: float | None
    most: int
    probability: float | None = None
    rival: str = ""


@dataclass(frozen=True)
class SetModel:
    """What a set of changes is expected to do (:mod:`attrimeter.explaining.changes.set_model`).

    Attributes:
        weights: of each feature.
        spread: a, b and c of the variance a + b |x| + c x^2 around an expected change x.
        floor: of that variance.
    """

    weights: tuple[float, ...]
    spread: tuple[float, ...]
    floor: float


@dataclass(frozen=True)
class ChangeRule:
    """How one question is answered, and how that went on rendered pairs of training persons.

    Attributes:
        sure: probability with which a set has to turn a pair before a larger one is left alone.
        works: share of the pairs there for which a set exists whose answer works.
        smallest: share whose answer works and is as small as can be.
        pairs: for which a set exists.
    """

    sure: float
    works: float
    smallest: float
    pairs: int


@dataclass(frozen=True)
class ChangeCard:
    """What calibration leaves of counterfactual answers.

    Attributes:
        rules: turn -> how it is answered.
        back: what making groups alike does to D^2, as a share of it.
        onward: what making groups different does to D^2, in units of the squared threshold.
        threshold: the squared Euclidean distance up to which a pair was called a match.
    """

    rules: Mapping[Turn, ChangeRule]
    back: SetModel
    onward: SetModel
    threshold: float
