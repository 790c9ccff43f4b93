"""A comparison of two models as a figure: who relies on what, who finds whom, and why only one is right."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attrimeter.figures.audit.words import size_sentence
from attrimeter.figures.comparison.words import display_names, reason_expected
from attrimeter.figures.drawing.canvas import Box, blank_figure, plain_style, put_axes, put_text, style_axes
from attrimeter.figures.drawing.chart import chart_scale, has_interval, lies_beyond
from attrimeter.figures.drawing.palette import BRINGS_TOGETHER, INK, KEEPS_APART, MUTED, RULE, UNEXPLAINED
from attrimeter.figures.drawing.points import (
    BAR_ROW,
    MOST_BARS,
    Bar,
    KeyEntry,
    draw_bars,
    draw_beyond,
    draw_key,
)
from attrimeter.figures.drawing.text_fit import shorten_to_width, text_width
from attrimeter.figures.text.words import cut, excludes_zero
from attrimeter.values.comparison import Comparison, GroupDifference

_WIDTH, _MARGIN = 11.0, 0.3
_TOP, _HEAD, _KEY = 1.75, 0.78, 0.17
_LEFT, _RIGHT = (1.95, 3.35), (5.7, 5.0)
"""Where either column begins and how wide it is."""
_ROW, _STACK, _AXIS, _BELOW = 0.52, 1.15, 0.35, 0.4
BOTH_RIGHT = "#009E73"
"""Queries that both models answer rightly."""


def draw_comparison(comparison: Comparison) -> Figure:
    """Draw paired bars per group on the left; answers and reasons on the right.

    Left: the share of each common group in both models with 95 % intervals, the widest difference first, a
    bold name where it is clearer than chance; *other* stands apart at the end. Right: the queries by who
    answers them rightly, and the largest clusters of those that one alone answers, in the colour of the one
    that is right, with a line where chance would end.
    """
    rows = len(comparison.differences) + 1.4
    reasons = BAR_ROW * max(1, min(MOST_BARS, len(comparison.reasons)))
    left, right = _ROW * rows, _STACK + _HEAD + reasons
    with plain_style():
        figure = blank_figure(_WIDTH, _TOP + max(left, right) + _AXIS + _BELOW)
        _write_title(figure, comparison)
        _head(figure, _MARGIN, _TOP, "What they rely on", "share of the distance in percent, 95 % intervals")
        _draw_shares(figure, Box(_LEFT[0], _TOP, _LEFT[1], left), comparison)
        x, width = _RIGHT
        _head(figure, x, _TOP, "Who finds the person first", f"{comparison.queries:,} queries")
        _draw_answers(figure, Box(x, _TOP, width, 0.32), comparison)
        below = _TOP + _STACK + _HEAD
        words = (
            "what the matches share that only one gets right" if comparison.reasons else "nothing to explain"
        )
        _head(figure, x, below, "Why only one of them is right", words)
        draw_bars(figure, Box(x, below, width, reasons), _list_bars(comparison))
    return figure


def _write_title(figure: Figure, comparison: Comparison) -> None:
    room = _WIDTH - 2 * _MARGIN
    first, second = display_names(comparison)
    title = shorten_to_width(f"{first} against {second}", width=room, size=14, bold=True)
    put_text(figure, _MARGIN, 0.25, title, size=14, bold=True)
    sizes = shorten_to_width(size_sentence(comparison.first), width=room, size=9)
    put_text(figure, _MARGIN, 0.57, sizes, size=9, colour=MUTED)


def _head(figure: Figure, x: float, top: float, title: str, words: str) -> None:
    put_text(figure, x, top - _HEAD, title, size=11, bold=True)
    words = shorten_to_width(words, width=5.0, size=9)
    put_text(figure, x, top - _HEAD + 0.24, words, size=9, colour=MUTED)


def _draw_shares(figure: Figure, box: Box, comparison: Comparison) -> None:
    axes = put_axes(figure, box)
    last = len(comparison.differences) + 0.4
    found = [*enumerate(comparison.differences), (last, comparison.other)]
    scores = [score for entry in comparison.differences for score in (entry.first, entry.second)]
    low, high, ticks = chart_scale(scores, [comparison.other.first, comparison.other.second])
    axes.set_xlim(low, high)
    axes.set_xticks(ticks)
    for row, entry in found:
        _draw_pair(axes, row, entry)
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.axhline(last - 0.7, color=RULE, linewidth=0.8)
    names = [*(entry.name for entry in comparison.differences), "“other”"]
    bold = [excludes_zero(entry.difference) for _, entry in found]
    labels = [
        shorten_to_width(cut(name), width=_LEFT[0] - 0.45, size=8.5, bold=strong)
        for name, strong in zip(names, bold, strict=True)
    ]
    axes.set_yticks([row for row, _ in found], labels, parse_math=False)
    axes.set_ylim(last + 0.6, -0.6)
    style_axes(axes, grid="x")
    for label, strong in zip(axes.get_yticklabels(), bold, strict=True):
        label.set_fontweight("bold" if strong else "normal")
    first, second = display_names(comparison)
    entries = (KeyEntry(first, KEEPS_APART), KeyEntry(second, BRINGS_TOGETHER))
    draw_key(figure, Box(_MARGIN, box.y - 2 * _KEY, 5.0, 2 * _KEY), entries)


def _draw_pair(axes: Axes, row: float, entry: GroupDifference) -> None:
    for shift, score, colour in ((-0.17, entry.first, KEEPS_APART), (0.17, entry.second, BRINGS_TOGETHER)):
        if not math.isfinite(score.value):
            continue
        if lies_beyond(score, *axes.get_xlim()):
            draw_beyond(axes, row + shift, score, colour)
            continue
        axes.barh(row + shift, score.value, height=0.3, color=colour)
        if has_interval(score):
            ends = [score.low, score.high]
            axes.plot(ends, [row + shift] * 2, color=INK, linewidth=1.2, solid_capstyle="butt")


def _draw_answers(figure: Figure, box: Box, comparison: Comparison) -> None:
    first, second = display_names(comparison)
    parts = (
        ("both", comparison.both_right, BOTH_RIGHT),
        (f"only {first}", comparison.only_first_right, KEEPS_APART),
        (f"only {second}", comparison.only_second_right, BRINGS_TOGETHER),
        ("neither", comparison.both_wrong, UNEXPLAINED),
    )
    axes = put_axes(figure, box)
    start = 0
    for place, (words, count, colour) in enumerate(parts):
        axes.barh(0, count, left=start, height=1, color=colour)
        start += count
        x, y = box.x + place % 2 * box.width / 2, box.y + box.height + 0.12 + place // 2 * 0.22
        _draw_swatch(figure, Box(x, y + 0.02, 0.11, 0.11), colour)
        number = f"{count:,}"
        put_text(figure, x + 0.18, y, number, size=9, bold=True)
        beside = 0.26 + text_width(number, size=9, bold=True)
        words = shorten_to_width(words, width=box.width / 2 - beside - 0.1, size=9)
        put_text(figure, x + beside, y, words, size=9, colour=MUTED)
    axes.set_xlim(0, max(start, 1))
    axes.set_ylim(-0.5, 0.5)
    axes.set_axis_off()


def _draw_swatch(figure: Figure, box: Box, colour: str) -> None:
    axes = put_axes(figure, box)
    axes.set_axis_off()
    axes.barh(0, 1, height=1, color=colour)
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.5, 0.5)


def _list_bars(comparison: Comparison) -> list[Bar]:
    colours = {"first": KEEPS_APART, "second": BRINGS_TOGETHER}
    return [
        Bar(
            words=", ".join(cut(words) for words in reason.words) or "nothing in common",
            count=reason.count,
            expected=reason_expected(reason),
            colour=colours[reason.right_in],
        )
        for reason in comparison.reasons
    ]
