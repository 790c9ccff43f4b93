"""A blank sheet measured in inches from its top left corner: text, rules and pictures at exact places."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib.style
import numpy as np
from jaxtyping import UInt8
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from attrimeter.figures.drawing.palette import INK, PAPER, RULE
from attrimeter.legible import legible

FONT = "DejaVu Sans"
"""It comes with matplotlib, so that figures look the same on every machine."""

MISSING_GLYPH = "Glyph .* missing from font"
"""What matplotlib warns of where a box stands for a character of another script."""

DPI = 100


@dataclass(frozen=True)
class Box:
    """A rectangle in inches; ``x`` and ``y`` are its top left corner, from the sheet's top left."""

    x: float
    y: float
    width: float
    height: float

    def split(self, *, rows: int, columns: int, gap: float) -> tuple[Box, ...]:
        """``rows`` x ``columns`` equal boxes with ``gap`` inches between them, row by row."""
        width = (self.width - (columns - 1) * gap) / columns
        height = (self.height - (rows - 1) * gap) / rows
        return tuple(
            Box(self.x + column * (width + gap), self.y + row * (height + gap), width, height)
            for row in range(rows)
            for column in range(columns)
        )


def plain_style() -> AbstractContextManager[None]:
    """A context in which matplotlib's own defaults hold, whatever the user's matplotlibrc says."""
    return matplotlib.style.context("default")


def blank_figure(width: float, height: float) -> Figure:
    """A white figure of that many inches, drawn by Agg, independent of pyplot."""
    figure = Figure(figsize=(width, height), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    return figure


def put_text(
    figure: Figure,
    x: float,
    y: float,
    text: str,
    *,
    size: float,
    colour: str = INK,
    bold: bool = False,
    align: Literal["left", "center", "right"] = "left",
    vertical: Literal["top", "center", "baseline", "bottom"] = "top",
) -> None:
    """Write ``text`` at ``x``, ``y`` inches from the top left, literally: a dollar sign is one, and a hidden
    character its escape.
    """
    width, height = figure.get_size_inches()
    figure.text(
        x / width,
        1 - y / height,
        legible(text),
        fontsize=size,
        color=colour,
        fontfamily=FONT,
        fontweight="bold" if bold else "normal",
        ha=align,
        va=vertical,
        parse_math=False,
    )


def put_rule(
    figure: Figure, x: tuple[float, float], y: tuple[float, float], *, colour: str = RULE, width: float = 0.8
) -> None:
    """A straight line from (x[0], y[0]) to (x[1], y[1]) in inches from the top left."""
    across, down = figure.get_size_inches()
    ends = [value / across for value in x], [1 - value / down for value in y]
    figure.add_artist(Line2D(*ends, color=colour, linewidth=width))


def put_axes(figure: Figure, box: Box) -> Axes:
    """Axes that fill ``box``."""
    across, down = figure.get_size_inches()
    bottom = 1 - (box.y + box.height) / down
    return figure.add_axes((box.x / across, bottom, box.width / across, box.height / down))


def put_picture(figure: Figure, box: Box, pixels: UInt8[np.ndarray[Any, Any], "H W 3"]) -> None:
    """An image that fills ``box``."""
    axes = put_axes(figure, box)
    axes.imshow(pixels, interpolation="lanczos", aspect="auto")
    axes.set_axis_off()


def style_axes(axes: Axes, *, grid: Literal["x", "y", "none"] = "none", **sides: bool) -> None:
    """Quiet axes: thin grey spines only where ``sides`` says so, small labels, an optional grid behind."""
    for side, spine in axes.spines.items():
        spine.set_visible(bool(sides.get(side, False)))
        spine.set_color(RULE)
    axes.tick_params(labelsize=8.5, colors=INK, length=0, labelfontfamily=FONT)
    axes.set_axisbelow(True)
    if grid != "none":
        axes.grid(axis=grid, color=RULE, linewidth=0.7)
