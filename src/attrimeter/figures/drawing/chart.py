"""Scores with their intervals on one common line, prepared for a page that draws at any width."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.ticker import MaxNLocator

from attrimeter.figures.text.numerals import format_number
from attrimeter.values.evaluation import Score

_TICKS, _STEPS = 5, [1, 2, 2.5, 5, 10]
_STRETCH = 2.0
"""How many times as wide *other* may make the scale."""


@dataclass(frozen=True)
class Mark:
    """A score to draw.

    Attributes:
        kind: how it is drawn: "differs", "alike", "share", "other", "first" or "second".
        score: in percent.
    """

    kind: str
    score: Score


@dataclass(frozen=True)
class MarkView:
    """A mark in percent of the line.

    Attributes:
        kind: as in :class:`Mark`.
        at: where its point lies, at most at an end of the line.
        interval: its two ends, within the line; None where it is not known.
        beyond: the number of a point that lies beyond the line, else an empty string.
    """

    kind: str
    at: float
    interval: tuple[float, float] | None
    beyond: str = ""


@dataclass(frozen=True)
class ChartRow:
    """One line of the chart."""

    name: str
    marks: tuple[MarkView, ...]


@dataclass(frozen=True)
class ChartView:
    """Rows over one scale; ``ticks`` are (percent of the line, label), ``zero`` where 0 lies."""

    rows: tuple[ChartRow, ...]
    ticks: tuple[tuple[float, str], ...]
    zero: float


def lay_out_chart(rows: Sequence[tuple[str, Sequence[Mark]]]) -> ChartView:
    """Place the marks of all rows on one scale, see :func:`chart_scale`; unknown scores are left out.

    The last row is that of *other* and is drawn apart.
    """
    groups, rest = ([mark.score for _, marks in part for mark in marks] for part in (rows[:-1], rows[-1:]))
    low, high, ticks = chart_scale(groups, rest)

    def place(value: float) -> float:
        return round(100 * (min(max(value, low), high) - low) / (high - low), 2)

    def view(mark: Mark) -> MarkView:
        score, outside = mark.score, lies_beyond(mark.score, low, high)
        known = has_interval(score) and not outside
        return MarkView(
            kind=mark.kind,
            at=place(score.value),
            interval=(place(score.low), place(score.high)) if known else None,
            beyond=format_number(score.value, decimals=1) if outside else "",
        )

    views = tuple(
        ChartRow(name, tuple(view(mark) for mark in marks if math.isfinite(mark.score.value)))
        for name, marks in rows
    )
    labels = tuple((place(tick), format_number(tick, decimals=_decimals(ticks))) for tick in ticks)
    return ChartView(views, labels, place(0.0))


def chart_scale(
    groups: Iterable[Score], rest: Iterable[Score] = ()
) -> tuple[float, float, tuple[float, ...]]:
    """The ends of a scale that holds 0 and all that is known of ``groups``, and its round ticks.

    It holds ``rest`` (the scores of *other*) too, unless that would leave the groups less than half of it.
    """
    ends = _known_ends(groups)
    wide = ends + _known_ends(rest)
    span = max(ends) - min(ends)
    if span == 0 or max(wide) - min(wide) <= _STRETCH * span:
        ends = wide
    low, high = min(ends), max(ends)
    if low == high:
        high = 1.0
    ticks = tuple(float(tick) for tick in MaxNLocator(_TICKS, steps=_STEPS).tick_values(low, high))
    return min(low, ticks[0]), max(high, ticks[-1]), ticks


def lies_beyond(score: Score, low: float, high: float) -> bool:
    """Whether a score lies outside of the scale."""
    return score.value < low or score.value > high


def _known_ends(scores: Iterable[Score]) -> list[float]:
    ends = (end for score in scores for end in (score.value, score.low, score.high))
    return [0.0, *filter(math.isfinite, ends)]


def has_interval(score: Score) -> bool:
    """Whether both ends are known."""
    return math.isfinite(score.low) and math.isfinite(score.high)


def _decimals(ticks: Sequence[float]) -> int:
    step = min((b - a for a, b in pairwise(ticks)), default=1.0)
    return 0 if step >= 1 else min(6, math.ceil(-math.log10(step)))
