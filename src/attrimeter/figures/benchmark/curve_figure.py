"""Deletion and insertion: the squared distance while the pixels that a map calls important go or come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attrimeter.figures.drawing.canvas import (
    FONT,
    Box,
    blank_figure,
    plain_style,
    put_axes,
    put_text,
    style_axes,
)
from attrimeter.figures.drawing.palette import MUTED, SERIES
from attrimeter.figures.drawing.text_fit import shorten_to_width
from attrimeter.values import Benchmark, ExplainerScores

_STYLES = ("-", "--", (0, (5, 1, 1, 1)), (0, (8, 2)))
_RANDOM = ":"
_KEY = 8.15
"""Where the key begins, in inches."""


def draw_curves(benchmark: Benchmark) -> Figure:
    """Draw the mean D^2, in percent of the untouched pair's, over the percentage of pixels changed.

    Left deletion (lower is better), right insertion (higher is better), one curve for each explainer that
    draws maps; the order of a blurred random map is grey. Without any, the panels say so.
    """
    drawing = [line for line in benchmark.explainers if line.curves is not None]
    with plain_style():
        figure = blank_figure(11.0, max(4.0, 1.2 + 0.26 * (len(drawing) + 1)))
        height = float(figure.get_size_inches()[1]) - 1.55
        for x, title, better, removing in (
            (0.75, "Deletion", "lower is better", True),
            (4.55, "Insertion", "higher is better", False),
        ):
            put_text(figure, x - 0.45, 0.25, title, size=11, bold=True)
            put_text(figure, x - 0.45, 0.5, f"D² in percent of the pair's; {better}", size=9, colour=MUTED)
            axes = put_axes(figure, Box(x, 0.9, 3.2, height))
            _draw_panel(axes, drawing, removing=removing)
        _draw_key(figure, drawing)
    return figure


def _draw_panel(axes: Axes, drawing: Sequence[ExplainerScores], *, removing: bool) -> None:
    for place, line in enumerate(drawing):
        curves = line.curves
        if curves is None:
            continue
        own, random = (
            (curves.deletion, curves.random_deletion)
            if removing
            else (curves.insertion, curves.random_insertion)
        )
        percent = 100 * np.array(curves.fractions)
        axes.plot(percent, 100 * np.array(random), color=MUTED, linewidth=1.0, linestyle=_RANDOM)
        axes.plot(percent, 100 * np.array(own), linewidth=1.8, zorder=3, **_stroke(place))
    style_axes(axes, grid="y", bottom=True)
    axes.set_xlim(0, 100)
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    verb = "blurred" if removing else "brought back"
    axes.set_xlabel(f"percent of the pixels {verb}", fontsize=9, color=MUTED, fontfamily=FONT)
    if not drawing:
        axes.text(0.5, 0.5, "no explainer draws maps", transform=axes.transAxes, ha="center", color=MUTED)


def _draw_key(figure: Figure, drawing: Sequence[ExplainerScores]) -> None:
    if not drawing:
        return
    entries: list[tuple[str, dict[str, Any], bool]] = [
        (line.name, _stroke(place), line.interpreter) for place, line in enumerate(drawing)
    ]
    entries.append(("a blurred random map", {"color": MUTED, "linestyle": _RANDOM}, False))
    axes = put_axes(figure, Box(_KEY, 0.9, 0.35, 0.26 * len(entries)))
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(len(entries), 0)
    for row, (name, stroke, bold) in enumerate(entries):
        axes.plot([0, 1], [row + 0.5, row + 0.5], linewidth=1.8, **stroke)
        words = shorten_to_width(name, width=2.2, size=9, bold=bold)
        middle = 0.9 + 0.26 * (row + 0.5)
        put_text(figure, _KEY + 0.45, middle, words, size=9, bold=bold, vertical="center")


def _stroke(place: int) -> dict[str, Any]:
    return {
        "color": SERIES[place % len(SERIES)],
        "linestyle": _STYLES[place // len(SERIES) % len(_STYLES)],
    }
