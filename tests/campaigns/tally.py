"""What a campaign of damaged inputs came to."""

from __future__ import annotations

from dataclasses import dataclass, field


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
