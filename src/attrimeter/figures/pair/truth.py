"""Measured truth beside an explanation of the same pair, and whether the two agree, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from attrimeter.figures.text.numerals import format_share
from attrimeter.values import OTHER, PairExplanation
from attrimeter.values.pair_truth import PairTruth

Agreement = Literal["right", "partly right", "wrong"]

TIE = 0.05
"""Parts whose shares differ by no more carry as much as each other."""
FAR_OFF = 0.25
"""A part is far off from this share of the distance on."""
SMALLEST_SHOWN = 0.05
"""A part is shown if its share is at least this large in the explanation or in truth."""


@dataclass(frozen=True)
class TruthRow:
    """One part of the distance: what the explanation says and what was measured, as shares in words."""

    name: str
    explained: str
    measured: str
    far_off: bool


@dataclass(frozen=True)
class TruthView:
    """What a page shows of a pair's measured truth; the rows are the largest true parts first."""

    agreement: Agreement
    sentence: str
    rows: tuple[TruthRow, ...]


def view_truth(explanation: PairExplanation, truth: PairTruth) -> TruthView:
    """Compare an explanation with the measured truth of its pair.

    It is *right* where it puts most on a part (a group or *other*) that truly carries most, and no part is
    off by a quarter of the distance; *partly right* where only the former holds; else *wrong*.
    """
    parts = [*explanation.groups, OTHER]
    said = {part: explanation.shares[part] for part in parts}
    true = {part: truth.shares[part] for part in parts}
    most, largest = (max(parts, key=lambda part: abs(shares[part])) for shares in (said, true))
    level = [part for part in parts if abs(said[most]) - abs(said[part]) <= TIE]
    named = max(level, key=lambda part: abs(true[part]))
    off = [part for part in parts if abs(said[part] - true[part]) >= FAR_OFF]
    agreement: Agreement = "partly right" if off else "right"
    if abs(true[largest]) - abs(true[named]) > TIE:
        agreement = "wrong"
    shown = [part for part in parts if max(abs(said[part]), abs(true[part])) >= SMALLEST_SHOWN]
    return TruthView(
        agreement,
        _sentence(agreement, named, largest, off, said, true),
        tuple(
            TruthRow(part, format_share(said[part]), format_share(true[part]), part in off)
            for part in sorted(shown, key=lambda part: -abs(true[part]))
        ),
    )


def _sentence(
    agreement: Agreement,
    named: str,
    largest: str,
    off: list[str],
    said: dict[str, float],
    true: dict[str, float],
) -> str:
    if agreement == "wrong":
        return (
            f"The explanation is wrong here: it puts most on {_name(named)} ({format_share(said[named])}), "
            f"which in truth carries {format_share(true[named])}. What carries most is {_name(largest)} "
            f"({format_share(true[largest])})."
        )
    opening = f"{_name(named)} truly carries most ({format_share(true[named])}), as the explanation says"
    if agreement == "right":
        return f"{opening}, and no part is off by a quarter of the distance."
    worst = sorted(off, key=lambda part: -abs(said[part] - true[part]))
    misses = [f"{_name(part)} ({format_share(true[part])}, not {format_share(said[part])})" for part in worst]
    return f"{opening}; but far off {'are' if len(off) > 1 else 'is'} {', '.join(misses)}."


def _name(part: str) -> str:
    return "“other”" if part == OTHER else part
