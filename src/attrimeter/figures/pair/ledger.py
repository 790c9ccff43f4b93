"""The rows of a pair's ledger as every output shows them: ordered, folded, with the states read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from attrimeter.errors import SettingsError
from attrimeter.values import OTHER, ExplainedImage, PairExplanation
from attrimeter.values.trust import Verdict

NOTHING_NAMED = "none of the named"
"""The state of a group, such as colours, of which no attribute is read as positive."""


@dataclass(frozen=True)
class LedgerRow:
    """One line of the ledger.

    Attributes:
        name: a group, "other", or "3 further attributes" for what was folded.
        kind: which of these.
        contribution: signed, in units of the distance.
        share: contribution / distance.
        states: the state read in the first and in the second image; None where nothing was read.
        interval: low and high end of the 90 % interval of its true contribution; None where not known.
        verdict: whether its attribution agreed with measured truth; None where nothing is known of it.
    """

    name: str
    kind: Literal["group", "other", "folded"]
    contribution: float
    share: float
    states: tuple[str, str] | None = None
    interval: tuple[float, float] | None = None
    verdict: Verdict | None = None

    @property
    def doubted(self) -> bool:
        """Whether its attribution was compared with measured truth, or was to be, and did not prove true."""
        return self.verdict is not None and self.verdict != "measured"

    @property
    def differs(self) -> bool:
        """Whether the states read in the two images differ."""
        return self.states is not None and self.states[0] != self.states[1]


def ledger_rows(explanation: PairExplanation, *, limit: int | None = None) -> tuple[LedgerRow, ...]:
    """Groups and "other", largest absolute contribution first; they sum to the distance.

    Args:
        explanation: the pair.
        limit: rows at most (3 or more). The smallest groups beyond it become one last row; "other" is
            never folded.

    Raises:
        SettingsError: a limit below 3, which leaves no room for a group beside "other" and the fold.
    """
    if limit is not None and limit < 3:
        raise SettingsError(f"A ledger of {limit} rows has no room for a group; give a limit of 3 or more.")
    rows = [_row(explanation, name, value) for name, value in explanation.ranked_groups]
    if limit is None or len(rows) <= limit:
        return tuple(rows)
    groups = [row for row in rows if row.kind == "group"]
    kept = {row.name for row in groups[: limit - 2]} | {OTHER}
    return (*(row for row in rows if row.name in kept), _fold(groups[limit - 2 :]))


def top_groups(explanation: PairExplanation, count: int) -> tuple[LedgerRow, ...]:
    """The ``count`` groups with the largest absolute contribution, without "other" and without those that
    contribute nothing (so none for a pair of distance 0)."""
    rows = (row for row in ledger_rows(explanation) if row.kind == "group" and row.contribution != 0)
    return tuple(islice(rows, count))


def ledger_span(rows: Sequence[LedgerRow], *, intervals: bool = True) -> tuple[float, float]:
    """The least and the greatest value that the bars of ``rows`` and their intervals reach, 0 among them."""
    ends = [row.contribution for row in rows]
    if intervals:
        ends += [end for row in rows for end in row.interval or ()]
    return min(0.0, *ends), max(0.0, *ends)


def read_state(image: ExplainedImage, members: Sequence[str]) -> str | None:
    """The state of a group in words: of a single attribute the words that were read, of several the one
    with the largest probability above 0.5, by what sets its name apart ("red" of "upper red").

    None where some member was not read.
    """
    if not members or any(name not in image.readings for name in members):
        return None
    if len(members) == 1:
        return image.readings[members[0]].words
    best = max(members, key=lambda name: image.readings[name].probability)
    if image.readings[best].probability <= 0.5:
        return NOTHING_NAMED
    return _distinct_name(best, members)


def _row(explanation: PairExplanation, name: str, contribution: float) -> LedgerRow:
    share, interval = explanation.shares[name], explanation.intervals.get(name)
    if name == OTHER:
        return LedgerRow(name, "other", contribution, share, interval=interval)
    members = explanation.group_members[name]
    first, second = (read_state(image, members) for image in (explanation.first, explanation.second))
    states = None if first is None or second is None else (first, second)
    return LedgerRow(name, "group", contribution, share, states, interval, explanation.trust.get(name))


def _fold(rows: Sequence[LedgerRow]) -> LedgerRow:
    return LedgerRow(
        name=f"{len(rows)} further attributes",
        kind="folded",
        contribution=sum(row.contribution for row in rows),
        share=sum(row.share for row in rows),
    )


def _distinct_name(name: str, members: Iterable[str]) -> str:
    """``name`` without the leading words that all members share."""
    words = [member.split() for member in members]
    shared = 0
    while all(len(w) > shared + 1 and w[shared] == words[0][shared] for w in words):
        shared += 1
    return " ".join(name.split()[shared:])
