"""What the figures of audits and comparisons draw: points with intervals, and counts beside chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attrimeter.figures.drawing.canvas import FONT, Box, put_axes, put_text
from attrimeter.figures.drawing.chart import has_interval, lies_beyond
from attrimeter.figures.drawing.palette import INK, MUTED, PAPER
from attrimeter.figures.drawing.text_fit import shorten_to_width, text_width
from attrimeter.figures.text.numerals import format_number
from attrimeter.figures.text.words import cut
from attrimeter.legible import legible
from attrimeter.values.evaluation import Score

BAR_ROW = 0.5
"""Inches that a bar takes with its words."""

MOST_BARS = 8


@dataclass(frozen=True)
class Bar:
    """A count with its words; ``expected`` by chance, NaN where there is no such number."""

    words: str
    count: int
    expected: float
    colour: str


@dataclass(frozen=True)
class KeyEntry:
    """What a kind of point means."""

    words: str
    colour: str
    filled: bool = True


def draw_point(axes: Axes, row: float, score: Score, colour: str, *, filled: bool = True) -> None:
    """A score on its interval; nothing where it is not known.

    What lies beyond the axis, whose limits must be set before, is an arrow head at its end with the number.
    """
    if not math.isfinite(score.value):
        return
    low, high = axes.get_xlim()
    if lies_beyond(score, low, high):
        draw_beyond(axes, row, score, colour)
        return
    if has_interval(score):
        ends = [score.low, score.high]
        axes.plot(ends, [row, row], color=colour, linewidth=2, alpha=0.6, solid_capstyle="butt")
    face = colour if filled else PAPER
    axes.scatter(
        [score.value], [row], s=34, facecolor=face, edgecolor=colour, linewidth=1.4, zorder=3, clip_on=False
    )


def draw_beyond(axes: Axes, row: float, score: Score, colour: str) -> None:
    """An arrow head at the end of the axis, with the number beside it."""
    low, high = axes.get_xlim()
    right = score.value > high
    end, inwards = (high, -1) if right else (low, 1)
    axes.scatter([end], [row], marker=">" if right else "<", s=30, color=colour, zorder=3, clip_on=False)
    x = end + inwards * 0.025 * (high - low)
    _write(
        axes, x, row, format_number(score.value, decimals=1), bold=True, align="right" if right else "left"
    )


def draw_key(figure: Figure, box: Box, entries: Sequence[KeyEntry]) -> None:
    """What the points mean, side by side within ``box``."""
    axes = put_axes(figure, box)
    axes.set_axis_off()
    axes.set_xlim(0, box.width)
    axes.set_ylim(-1, 1)
    x = 0.05
    for entry in entries:
        words = shorten_to_width(cut(entry.words), width=box.width / len(entries) - 0.3, size=9)
        face = entry.colour if entry.filled else PAPER
        axes.scatter([x], [0], s=34, facecolor=face, edgecolor=entry.colour, linewidth=1.4)
        _write(axes, x + 0.12, 0, words, colour=MUTED)
        x += 0.42 + text_width(words, size=9)


def draw_bars(figure: Figure, box: Box, bars: Sequence[Bar]) -> None:
    """The first :data:`MOST_BARS` bars from above, each :data:`BAR_ROW` high, and below what the line means.

    Words and count stand above their bar; an upright line marks what is expected by chance.
    """
    shown = bars[:MOST_BARS]
    if not shown:
        return
    axes = put_axes(figure, Box(box.x, box.y, box.width, BAR_ROW * len(shown)))
    most = max([bar.count for bar in shown] + [bar.expected for bar in shown if math.isfinite(bar.expected)])
    most = max(most, 1)
    for row, bar in enumerate(shown):
        axes.barh(row + 0.22, bar.count, height=0.3, color=bar.colour)
        if math.isfinite(bar.expected):
            axes.plot([bar.expected] * 2, [row - 0.02, row + 0.46], color=INK, linewidth=2)
        number = f"{bar.count:,}"
        room = box.width - text_width(number, size=9, bold=True) - 0.15
        _write(axes, 0, row - 0.2, shorten_to_width(bar.words, width=room, size=9))
        _write(axes, most, row - 0.2, number, bold=True, align="right")
    axes.set_xlim(0, most)
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_axis_off()
    rest = f"; {len(bars) - len(shown)} smaller ones left out" if len(bars) > len(shown) else ""
    y = box.y + BAR_ROW * len(shown) + 0.08
    put_text(figure, box.x, y, f"upright line: expected by chance{rest}", size=8.5, colour=MUTED)


def _write(
    axes: Axes, x: float, y: float, text: str, *, colour: str = INK, bold: bool = False, align: str = "left"
) -> None:
    axes.text(
        x,
        y,
        legible(text),
        fontsize=9,
        fontweight="bold" if bold else "normal",
        color=colour,
        va="center",
        ha=align,
        fontfamily=FONT,
        parse_math=False,
    )
