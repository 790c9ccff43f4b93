"""A reliability diagram: whether P(same person) is as often right as it says."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attrimeter.arrays import Array
from attrimeter.figures.drawing.canvas import Box, blank_figure, plain_style, put_axes, put_text, style_axes
from attrimeter.figures.drawing.palette import BRINGS_TOGETHER, INK, KEEPS_APART, MUTED, PAPER, RULE
from attrimeter.figures.text.numerals import percent, score_words
from attrimeter.values.evaluation import ReliabilityBin, Reweighting

_WIDTH, _HEIGHT = 5.0, 7.05
_DIAGRAM = Box(0.65, 1.18, 4.05, 4.05)
_COUNTS = Box(0.65, 5.83, 4.05, 0.7)
_TICKS = (0, 20, 40, 60, 80, 100)


def draw_reliability(found: Reweighting) -> Figure:
    """Draw observed against predicted P(same person), in percent, with 95 % intervals; below, how often what
    is predicted.

    On the diagonal a prediction is as often right as it says. The more pairs a bin holds the larger its
    point; bins without an interval have an open one, empty ones none. The columns below are weighted as the
    scores are, so that pairs of one person and of two weigh the same.
    """
    with plain_style():
        figure = blank_figure(_WIDTH, _HEIGHT)
        put_text(figure, 0.3, 0.25, "Is P(same person) as often right as it says?", size=12, bold=True)
        put_text(figure, 0.3, 0.54, _scores(found), size=9.5)
        top = _DIAGRAM.y - 0.12
        put_text(
            figure, 0.3, top, "truly the same person, in percent", size=9, colour=MUTED, vertical="bottom"
        )
        bins = [entry for entry in found.reliability if math.isfinite(entry.predicted)]
        _draw_diagram(put_axes(figure, _DIAGRAM), bins)
        _draw_counts(figure, bins)
        put_text(
            figure,
            _COUNTS.x + _COUNTS.width / 2,
            _HEIGHT - 0.12,
            "predicted P(same person), in percent",
            size=9,
            colour=MUTED,
            align="center",
            vertical="bottom",
        )
    return figure


def _draw_diagram(axes: Axes, bins: Sequence[ReliabilityBin]) -> None:
    axes.plot([0, 100], [0, 100], color=MUTED, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)
    for x, y, words, align in (
        (3, 96, "more often than predicted", "left"),
        (97, 3.5, "less often than predicted", "right"),
    ):
        axes.text(
            x, y, words, ha=align, va="center", fontsize=8.5, color=MUTED, backgroundcolor=PAPER, zorder=1
        )
    predicted = _percent([entry.predicted for entry in bins])
    observed = _percent([entry.observed.value for entry in bins])
    low, high = (_percent([getattr(entry.observed, end) for entry in bins]) for end in ("low", "high"))
    axes.vlines(predicted, low, high, color=BRINGS_TOGETHER, linewidth=5, alpha=0.25, zorder=2)
    axes.scatter(
        predicted,
        observed,
        s=24 + 100 * np.array([entry.weight for entry in bins]),
        facecolor=np.where(np.isfinite(low), BRINGS_TOGETHER, PAPER),
        edgecolor=BRINGS_TOGETHER,
        linewidth=1.4,
        zorder=3,
        clip_on=False,
    )
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xticks(_TICKS)
    axes.set_yticks(_TICKS)
    style_axes(axes, left=True, bottom=True)
    axes.tick_params(pad=6)
    axes.grid(color=RULE, linewidth=0.7)
    if not bins:
        axes.text(50, 55, "no pairs to score", ha="center", fontsize=10, color=INK)


def _draw_counts(figure: Figure, bins: Sequence[ReliabilityBin]) -> None:
    """Columns of the share of pairs in each bin: those of the same person stand on the bottom."""
    height = _COUNTS.y - 0.12
    put_text(figure, 0.3, height, "pairs in percent:", size=9, colour=MUTED, vertical="bottom")
    put_text(figure, 1.5, height, "same person", size=9, colour=BRINGS_TOGETHER, vertical="bottom")
    put_text(figure, 2.5, height, "different persons", size=9, colour=KEEPS_APART, vertical="bottom")
    axes = put_axes(figure, _COUNTS)
    middle = _percent([(entry.low + entry.high) / 2 for entry in bins])
    width = 0.86 * _percent([entry.high - entry.low for entry in bins])
    same = _percent([entry.weight * entry.observed.value for entry in bins])
    different = _percent([entry.weight * (1 - entry.observed.value) for entry in bins])
    axes.bar(middle, same, width, color=BRINGS_TOGETHER)
    axes.bar(middle, different, width, bottom=same, color=KEEPS_APART)
    axes.set_xlim(0, 100)
    axes.set_xticks(_TICKS)
    axes.locator_params(axis="y", nbins=3)
    style_axes(axes, grid="y", bottom=True)


def _scores(found: Reweighting) -> str:
    error = score_words(percent(found.calibration_error), unit=" points")
    return f"ECE {error}, Brier score {score_words(found.brier, decimals=3, unit='')}"


def _percent(values: Sequence[float]) -> Array:
    return 100 * np.array(values, dtype=np.float64)
