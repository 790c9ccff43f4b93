"""A benchmark as a figure: every explainer against the truth, and what is true of each attribute group."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from attrimeter.figures.benchmark.findings import (
    FEW,
    MANY,
    first_interpreter,
    group_average,
    relative_error,
)
from attrimeter.figures.drawing.canvas import (
    FONT,
    Box,
    blank_figure,
    plain_style,
    put_axes,
    put_text,
    style_axes,
)
from attrimeter.figures.drawing.palette import INK, KEEPS_APART, MUTED, PAPER, UNEXPLAINED
from attrimeter.figures.drawing.text_fit import shorten_to_width, wrap_to_width
from attrimeter.figures.text.numerals import UNKNOWN, format_number, known_or
from attrimeter.values import AgreementScores, Benchmark, ExplainerScores, Score

_WIDTH = 11.0
_NAMES, _PANEL, _GAP = 2.6, 2.4, 0.4
"""Where the first panel begins, how wide the three are, and what lies between them, in inches."""
_TOP, _ROW, _AXIS, _HEAD, _TITLE = 1.3, 0.38, 0.65, 0.75, 0.3
_GROUP_PANEL = (3 * _PANEL + _GAP) / 2
_WORST = 1.5
"""Relative errors beyond this one are drawn at the edge, with their number."""


@dataclass(frozen=True)
class _Mark:
    """How the scores of one kind of pair are drawn: ``shift`` rows below the middle of the line."""

    kind: str
    shift: float
    filled: bool


_MARKS = (_Mark(MANY, -0.13, filled=True), _Mark(FEW, 0.17, filled=False))

_PANELS: tuple[tuple[str, str, Callable[[AgreementScores], Score]], ...] = (
    ("Relative error", "left is better", lambda scores: scores.relative_error),
    ("Spearman", "right is better", lambda scores: scores.spearman),
    ("Top-1", "right is better", lambda scores: scores.top1),
)


def draw_benchmark(benchmark: Benchmark) -> Figure:
    """Draw the explainers above, the attribute groups below.

    Above: relative error, rank correlation and top-1 agreement of every explainer with 95 % intervals, the
    smallest error on pairs with many differences first; filled dots are pairs with many differences, open
    ones pairs with few; interpreters are orange; a dashed line marks the group average on many. Below: what
    each group truly carries, and how the first interpreter's contributions correlate with it. What is not
    known is marked by a dash.
    """
    explainers = sorted(benchmark.explainers, key=lambda line: known_or(relative_error(line).value, math.inf))
    groups = sorted(
        benchmark.true_shares, key=lambda name: (known_or(-benchmark.true_shares[name].value, 0.0), name)
    )
    upper = _ROW * max(2, len(explainers))
    lower = 0.28 * max(2, len(groups))
    below = _TOP + upper + _AXIS + _HEAD
    with plain_style():
        figure = blank_figure(_WIDTH, below + lower + 0.55)
        put_text(figure, 0.3, 0.25, "How close does each explainer come to the truth?", size=12, bold=True)
        _draw_key(figure)
        for place, (title, better, read) in enumerate(_PANELS):
            x = _NAMES + place * (_PANEL + _GAP)
            put_text(figure, x, _TOP - _TITLE, title, size=9.5, bold=True)
            put_text(figure, x + _PANEL, _TOP - _TITLE + 0.01, better, size=8.5, colour=MUTED, align="right")
            axes = put_axes(figure, Box(x, _TOP, _PANEL, upper))
            _draw_scores(axes, explainers, read, error=place == 0)
            _mark_group_average(axes, benchmark, read)
            _name_rows(axes, explainers if place == 0 else [])
        _draw_groups(figure, benchmark, groups, top=below, height=lower)
    return figure


def _draw_key(figure: Figure) -> None:
    axes = put_axes(figure, Box(0.3, 0.55, _WIDTH - 0.6, 0.22))
    axes.set_axis_off()
    axes.set_xlim(0, _WIDTH - 0.6)
    axes.set_ylim(-1, 1)
    for x, filled, words in (
        (0.06, True, "pairs that differ in many groups"),
        (2.55, False, "pairs that differ in few groups"),
    ):
        axes.scatter([x], [0], s=34, facecolor=MUTED if filled else PAPER, edgecolor=MUTED, linewidth=1.4)
        axes.text(x + 0.13, 0, words, fontsize=9, color=MUTED, va="center", fontfamily=FONT)
    axes.plot([4.9, 5.15], [0, 0], color=MUTED, linewidth=1, linestyle=(0, (3, 2)))
    axes.text(5.25, 0, "the group average, on many", fontsize=9, color=MUTED, va="center", fontfamily=FONT)
    axes.scatter([7.35], [0], s=34, color=KEEPS_APART)
    axes.text(7.48, 0, "an interpreter", fontsize=9, color=MUTED, va="center", fontfamily=FONT)


def _draw_scores(
    axes: Axes, lines: Sequence[ExplainerScores], read: Callable[[AgreementScores], Score], *, error: bool
) -> None:
    lowest = 0.0
    for row, line in enumerate(lines):
        colour = KEEPS_APART if line.interpreter else UNEXPLAINED
        for mark in _MARKS:
            if mark.kind in line.kinds:
                score = read(line.kinds[mark.kind])
                limit = _WORST if error else 1.0
                _draw_score(axes, score, row + mark.shift, colour=colour, filled=mark.filled, limit=limit)
                lowest = min(lowest, known_or(score.low, 0.0))
    axes.set_xlim(max(-1.0, lowest - 0.02 if lowest else 0.0), _WORST if error else 1.0)
    axes.xaxis.set_major_locator(MultipleLocator(0.5))
    _finish(axes, len(lines))


def _draw_score(
    axes: Axes, score: Score, row: float, *, colour: str, filled: bool = True, limit: float = math.inf
) -> None:
    """A dot on its 95 % interval; beyond ``limit`` an arrow head at the edge with its number, and a dash at
    0 where the value is not known."""
    if not math.isfinite(score.value):
        axes.text(0, row, UNKNOWN, color=MUTED, fontsize=9, va="center", ha="left", fontfamily=FONT)
        return
    if score.value > limit:
        axes.scatter([limit], [row], marker=">", s=26, color=colour, zorder=3, clip_on=False)
        number = f"{format_number(score.value, decimals=1)} "
        axes.text(limit * 0.975, row, number, color=INK, fontsize=7, va="center", ha="right", fontfamily=FONT)
        return
    if math.isfinite(score.low) and math.isfinite(score.high):
        axes.plot([score.low, score.high], [row, row], color=colour, linewidth=1.6, solid_capstyle="butt")
    face = colour if filled else PAPER
    axes.scatter(
        [score.value], [row], s=34, facecolor=face, edgecolor=colour, linewidth=1.4, zorder=3, clip_on=False
    )


def _mark_group_average(axes: Axes, benchmark: Benchmark, read: Callable[[AgreementScores], Score]) -> None:
    average = group_average(benchmark)
    if average is not None and MANY in average.kinds:
        value = read(average.kinds[MANY]).value
        if math.isfinite(value):
            axes.axvline(value, color=MUTED, linewidth=1, linestyle=(0, (3, 2)), zorder=1)


def _name_rows(axes: Axes, lines: Sequence[ExplainerScores]) -> None:
    names = [_fit_name(line.name, bold=line.interpreter) for line in lines]
    axes.set_yticks(range(len(names)), names, parse_math=False)
    for label, line in zip(axes.get_yticklabels(), lines, strict=True):
        label.set_fontweight("bold" if line.interpreter else "normal")


def _fit_name(name: str, *, bold: bool) -> str:
    """The name in at most two lines; one that needs more is shortened to one."""
    width, size = _NAMES - 0.45, 8.5
    lines = wrap_to_width(name, width=width, size=size, bold=bold)
    return "\n".join(lines) if len(lines) <= 2 else shorten_to_width(name, width=width, size=size, bold=bold)


def _draw_groups(
    figure: Figure, benchmark: Benchmark, groups: Sequence[str], *, top: float, height: float
) -> None:
    put_text(figure, 0.3, top - _HEAD, "Group by group", size=12, bold=True)
    left = Box(_NAMES, top, _GROUP_PANEL, height)
    axes = _group_panel(
        figure, left, "What it truly carries: mean share of D²", groups, benchmark.true_shares, MUTED
    )
    names = [shorten_to_width(name, width=_NAMES - 0.45, size=8.5) for name in groups]
    axes.set_yticks(range(len(names)), names, parse_math=False)
    interpreter = first_interpreter(benchmark)
    if interpreter is not None:
        right = Box(left.x + left.width + _GAP, top, left.width, height)
        title = f"Rank correlation with it: {interpreter.name}"
        correlations = {name: scores.correlation for name, scores in interpreter.groups.items()}
        axes = _group_panel(figure, right, title, groups, correlations, KEEPS_APART)
        axes.set_xlim(min(0.0, axes.get_xlim()[0]), 1.0)


def _group_panel(
    figure: Figure, box: Box, title: str, groups: Sequence[str], scores: Mapping[str, Score], colour: str
) -> Axes:
    words = shorten_to_width(title, width=box.width, size=9.5, bold=True)
    put_text(figure, box.x, box.y - _TITLE, words, size=9.5, bold=True)
    axes = put_axes(figure, box)
    for row, group in enumerate(groups):
        if group in scores:
            _draw_score(axes, scores[group], row, colour=colour)
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.set_yticks([])
    _finish(axes, len(groups))
    return axes


def _finish(axes: Axes, rows: int) -> None:
    axes.set_ylim(max(2, rows) - 0.5, -0.5)
    style_axes(axes, grid="x")
    if not rows:
        axes.text(0.5, 0.5, "nothing measured", transform=axes.transAxes, ha="center", color=MUTED)
