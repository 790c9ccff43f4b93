"""An evaluation as a figure: the explainers side by side, and what each attribute carries."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attrimeter.figures.drawing.canvas import Box, blank_figure, plain_style, put_axes, put_text, style_axes
from attrimeter.figures.drawing.palette import INK, KEEPS_APART, MUTED, RULE, UNEXPLAINED
from attrimeter.figures.drawing.text_fit import shorten_to_width
from attrimeter.figures.evaluation.findings import INTERPRETER
from attrimeter.figures.text.numerals import format_score, known_or
from attrimeter.values import AttributeRow, Evaluation, Score

_WIDTH = 11.0
_LEFT, _RIGHT = (1.75, 2.9), (7.0, 3.7)
"""Where the two panels begin and how wide they are, in inches."""
_TOP, _BOTTOM, _GAP, _ROW = 0.95, 0.6, 1.3, 0.235


def draw_evaluation(evaluation: Evaluation) -> Figure:
    """Draw the explainers on the left, the attributes on the right.

    Left: Ex_mAP_d and Ex_mAP_s of the interpreter and of the baselines, with 95 % intervals. Right: per
    attribute the mean share of the distance where its labels differ (filled) and where they agree (open), the
    widest difference first. The sheet grows with the number of attributes; what is not known is left out.
    """
    height = _TOP + _BOTTOM + max(4.0, _ROW * len(evaluation.rows))
    with plain_style():
        figure = blank_figure(_WIDTH, height)
        explainers = evaluation.attribution.items()
        exclusive = {name: scores.mean_ap_exclusive for name, scores in explainers}
        common = {name: scores.mean_ap_common for name, scores in explainers}
        put_text(figure, 0.3, 0.25, "Are the largest parts those that differ?", size=11, bold=True)
        put_text(figure, 0.3, 0.5, "Ex_mAP_d in percent, with 95 % interval", size=9, colour=MUTED)
        bars = min(0.55 * max(1, len(exclusive)), (height - _TOP - _GAP - _BOTTOM) / 2)
        _draw_explainers(figure, Box(_LEFT[0], _TOP, _LEFT[1], bars), exclusive)
        below = _TOP + bars + _GAP
        put_text(figure, 0.3, below - 0.7, "And the smallest those that agree?", size=11, bold=True)
        put_text(figure, 0.3, below - 0.45, "Ex_mAP_s in percent, with 95 % interval", size=9, colour=MUTED)
        _draw_explainers(figure, Box(_LEFT[0], below, _LEFT[1], bars), common)
        put_text(figure, 5.25, 0.25, "Does an attribute weigh more where it differs?", size=11, bold=True)
        put_text(figure, 5.25, 0.5, "mean share of the distance in percent:", size=9, colour=MUTED)
        _draw_attributes(figure, Box(_RIGHT[0], _TOP, _RIGHT[1], height - _TOP - _BOTTOM), evaluation.rows)
    return figure


def _draw_explainers(figure: Figure, box: Box, scores: Mapping[str, Score]) -> None:
    axes = put_axes(figure, box)
    names = list(scores)
    colours = [KEEPS_APART if name == INTERPRETER else UNEXPLAINED for name in names]
    axes.barh(
        range(len(names)), [known_or(s.value, 0.0) for s in scores.values()], height=0.55, color=colours
    )
    for place, score in enumerate(scores.values()):
        _draw_interval(axes, place, score)
    labels = [shorten_to_width(name, width=_LEFT[0] - 0.4, size=9) for name in names]
    axes.set_yticks(range(len(names)), labels, parse_math=False)
    axes.set_ylim(max(1, len(names)) - 0.5, -0.5)
    axes.set_xlim(0, 100)
    style_axes(axes, grid="x", left=True)


def _draw_interval(axes: Axes, place: int, score: Score) -> None:
    if math.isfinite(score.low) and math.isfinite(score.high):
        axes.plot([score.low, score.high], [place, place], color=INK, linewidth=1.4, marker="|")
    end = max(known_or(score.value, 0.0), known_or(score.high, 0.0))
    axes.text(end + 2, place, format_score(score), va="center", fontsize=9, fontweight="bold", color=INK)


def _draw_attributes(figure: Figure, box: Box, rows: Sequence[AttributeRow]) -> None:
    ordered = sorted(
        rows, key=lambda row: (known_or(row.share_common - row.share_differs, math.inf), row.name)
    )
    axes = put_axes(figure, box)
    places = np.arange(len(ordered))
    differs = np.array([row.share_differs for row in ordered])
    common = np.array([row.share_common for row in ordered])
    axes.hlines(places, common, differs, color=RULE, linewidth=3)
    axes.scatter(
        common,
        places,
        s=30,
        facecolor="white",
        edgecolor=MUTED,
        linewidth=1.4,
        zorder=3,
        label="labels agree",
    )
    axes.scatter(differs, places, s=34, color=KEEPS_APART, zorder=3, label="labels differ")
    axes.axvline(0, color=MUTED, linewidth=0.8)
    labels = [shorten_to_width(row.name, width=1.6, size=8.5) for row in ordered]
    axes.set_yticks(places, labels, parse_math=False)
    axes.set_ylim(max(1, len(ordered)) - 0.4, -0.6)
    style_axes(axes, grid="x")
    if ordered:
        axes.legend(
            loc="lower right",
            bbox_to_anchor=(1.02, 1.0),
            ncols=2,
            frameon=False,
            fontsize=9,
            handletextpad=0.1,
        )
