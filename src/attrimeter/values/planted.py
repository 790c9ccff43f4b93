"""What explainers say of targets of which it is known what they rely on."""

from __future__ import annotations

from dataclasses import dataclass

from attrimeter.values.evaluation import Score

AT_MOST, AT_LEAST, WITHIN = "at most", "at least", "within"
"""How a bound is meant; "within" is so much of the truth, to either side."""


@dataclass(frozen=True)
class PlantedLine:
    """What one explainer says.

    Attributes:
        explainer: its name in tables.
        uses_labels: whether it uses the labels of which groups differ.
        interpreter: whether it is one of the interpreters that were asked about, and not a baseline.
        found: the share in question, 0 to 1.
        holds: whether it is as it must be (:meth:`PlantedFinding.holds`).
    """

    explainer: str
    uses_labels: bool
    interpreter: bool
    found: Score
    holds: bool


@dataclass(frozen=True)
class PlantedFinding:
    """One share that is known beforehand, as every explainer has it.

    Attributes:
        case: what is planted: "head", "lower", "hue", "pure hue" or "marked".
        target: name of the target's profile.
        target_fingerprint: of its weights and profile.
        question: which share of what.
        rule: AT_MOST, AT_LEAST or WITHIN.
        bound: of the share, 0 to 1; for WITHIN, of its distance from the truth.
        truth: the share in the measured contributions.
        reference: the same for a target with nothing planted, on the same persons; None if none was given.
        lines: the explainers, interpreters first.
        pairs: that the share was taken over.
        seed: of the persons and views, and of the bootstrap.
    """

    case: str
    target: str
    target_fingerprint: str
    question: str
    rule: str
    bound: float
    truth: Score
    reference: Score | None
    lines: tuple[PlantedLine, ...]
    pairs: int
    seed: int

    def holds(self, found: Score) -> bool:
        """Whether a share is as it must be; False where it is not known."""
        if self.rule == AT_LEAST:
            return found.value >= self.bound
        if self.rule == AT_MOST:
            return found.value <= self.bound
        return abs(found.value - self.truth.value) <= self.bound


@dataclass(frozen=True)
class PlantedFindings:
    """What ``attrimeter check planted`` found, case by case."""

    findings: tuple[PlantedFinding, ...]
