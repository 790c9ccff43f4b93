"""How far an explanation can be trusted, in the words that every output puts under it."""

from __future__ import annotations

from attrimeter.values import PairExplanation

WEAK_MARK = "≈ weak"
UNKNOWN_MARK = "not measured"


def trust_mark(verdict: str | None) -> str:
    """What stands beside a group whose attribution did not prove true; nothing beside the others."""
    return {"weak": WEAK_MARK, "not measured": UNKNOWN_MARK}.get(verdict or "", "")


def carries_card(explanation: PairExplanation) -> bool:
    """Whether the interpreter's trust card had something to say of this explanation."""
    return bool(explanation.trust or explanation.trust_words)


def trust_reasons(explanation: PairExplanation) -> str:
    """The sentences behind the label "measured", "weak" or "not measured"; none for a distance of nothing."""
    if carries_card(explanation):
        return " ".join(explanation.trust_words)
    return "This interpreter carries no comparison with measured truth."
