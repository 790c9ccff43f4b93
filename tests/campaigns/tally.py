"""Running a campaign case by case, and what it came to."""

from __future__ import annotations

import random
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

LONGEST = 700
"""Characters of an error, without the path in it."""


@dataclass(frozen=True)
class Tally:
    """Counts of one campaign.

    Attributes:
        kind: what was tried.
        tries: how many cases.
        outcomes: outcome -> cases; they sum to ``tries``.
        faults: one line for each case that ended as none may, with what repeats it.
    """

    kind: str
    tries: int
    outcomes: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def tally_cases(
    kind: str, size: int, seed: int, case: Callable[[random.Random, int, list[str]], str]
) -> Tally:
    """Run ``size`` cases.

    Args:
        case: is given the dice of the case, its number, and an empty list for what is done in it; it returns
            the outcome, a fault where that begins with "fault". An exception is a fault.
    """
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    for number in range(size):
        done: list[str] = []
        try:
            outcome = case(random.Random(f"{seed} {number}"), number, done)
        except Exception:
            outcome = f"fault: {traceback.format_exc().strip().splitlines()[-1][:300]}"
        if outcome.startswith("fault"):
            faults.append(f"case {number} of seed {seed} ({', '.join(done)}): {outcome}")
            outcome = "fault"
        outcomes[outcome] += 1
    return Tally(kind, size, dict(outcomes), faults)


def judge_refusal(error: Exception, place: Path, *, longest: int = LONGEST) -> str:
    """The outcome "refused", or a fault where the error is no clear sentence: long, or of several lines."""
    said = str(error).replace(str(place), place.name)
    if len(said) > longest or not said.isprintable():
        return f"fault: no clear sentence of {len(said)} characters: {said[:200]!r}"
    return "refused"
