"""An audit as a figure: what the model relies on, *other* by camera, and what wrong matches share."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure

from attrimeter.figures.audit.tables import CameraMatrix, camera_matrix
from attrimeter.figures.audit.words import has_labels, headline, known_expected, size_sentence, wrong_sentence
from attrimeter.figures.drawing.canvas import (
    FONT,
    Box,
    blank_figure,
    plain_style,
    put_axes,
    put_text,
    style_axes,
)
from attrimeter.figures.drawing.chart import chart_scale
from attrimeter.figures.drawing.palette import INK, KEEPS_APART, MUTED, PAPER, RULE, UNEXPLAINED
from attrimeter.figures.drawing.points import (
    BAR_ROW,
    MOST_BARS,
    Bar,
    KeyEntry,
    draw_bars,
    draw_key,
    draw_point,
)
from attrimeter.figures.drawing.text_fit import shorten_to_width
from attrimeter.figures.text.numerals import format_number
from attrimeter.figures.text.words import cut
from attrimeter.values.audit import Audit

_WIDTH, _MARGIN = 11.0, 0.3
_TOP, _HEAD, _KEY = 1.9, 0.75, 0.17
"""Where the panels begin, and the room for the head of one, in inches."""
_LEFT, _MATRIX = (1.95, 3.35), 6.55
"""Where the points begin and how wide their panel is, and where the matrix begins."""
_HEADS = (_MARGIN, 5.7)
_ROWS, _AXIS, _BELOW = (0.36, 0.52), 0.35, 0.4
"""How high a row of groups is at least and at most, and what stands below a panel."""
_MOST_NUMBERS, _MOST_LABELS = 9, 20
_HEAT = LinearSegmentedColormap.from_list("heat", ["#F7F4FA", "#C9B3DC", "#8856A7"])
_DARK = 0.87
"""Where on this scale white is read more easily than ink."""


def draw_audit(audit: Audit) -> Figure:
    """Draw the groups on the left; cameras and wrong matches on the right.

    Left: per group the share of the distance where the labels differ (filled) and where they are alike
    (open), or over all pairs where there are no labels, with 95 % intervals; *other* stands apart at the end,
    as an arrow head with its number where it lies far beyond the groups.
    Right: the share of *other* by camera as a heat map (left out for a single camera), and the largest
    clusters of wrong matches as bars with a line where chance would end. The sheet grows with the groups.
    """
    matrix = camera_matrix(audit)
    heat = 3.0 if len(matrix.cameras) > 1 else 0.0
    bars = BAR_ROW * max(1, min(MOST_BARS, len(audit.clusters)))
    right = (heat + _AXIS + _HEAD + 0.2 if heat else 0.0) + bars
    rows = len(audit.groups) + 2
    reliance = min(max(right, _ROWS[0] * rows), _ROWS[1] * rows)
    with plain_style():
        figure = blank_figure(_WIDTH, _TOP + max(reliance, right) + _AXIS + _BELOW)
        _write_title(figure, audit)
        words = "share of the distance between different persons in percent, 95 % intervals"
        _head(figure, _HEADS[0], _TOP, "What the model relies on", words)
        _draw_reliance(figure, Box(_LEFT[0], _TOP, _LEFT[1], reliance), audit)
        top = _TOP
        if heat:
            _head(
                figure, _HEADS[1], top, "Share of “other” by camera", "between different persons, in percent"
            )
            _draw_matrix(figure, Box(_MATRIX, top, heat, heat), matrix)
            top += heat + _AXIS + _HEAD + 0.2
        _head(figure, _HEADS[1], top, "What wrong matches of rank 1 share", wrong_sentence(audit))
        draw_bars(figure, Box(_HEADS[1], top, _WIDTH - _MARGIN - _HEADS[1], bars), _list_bars(audit))
    return figure


def _write_title(figure: Figure, audit: Audit) -> None:
    room = _WIDTH - 2 * _MARGIN
    title = shorten_to_width(f"Audit of {cut(audit.target)}", width=room, size=14, bold=True)
    put_text(figure, _MARGIN, 0.25, title, size=14, bold=True)
    put_text(figure, _MARGIN, 0.55, shorten_to_width(headline(audit), width=room, size=11), size=11)
    put_text(
        figure, _MARGIN, 0.8, shorten_to_width(size_sentence(audit), width=room, size=9), size=9, colour=MUTED
    )


def _head(figure: Figure, x: float, top: float, title: str, words: str) -> None:
    room = 5.1
    put_text(figure, x, top - _HEAD, title, size=11, bold=True)
    put_text(figure, x, top - _HEAD + 0.24, shorten_to_width(words, width=room, size=9), size=9, colour=MUTED)


def _list_bars(audit: Audit) -> list[Bar]:
    return [
        Bar(
            words=", ".join(cut(words) for words in cluster.words) or "nothing in common",
            count=cluster.count,
            expected=known_expected(cluster.words, cluster.expected),
            colour=KEEPS_APART if cluster.words else UNEXPLAINED,
        )
        for cluster in audit.clusters
    ]


def _draw_reliance(figure: Figure, box: Box, audit: Audit) -> None:
    labels = has_labels(audit)
    axes = put_axes(figure, box)
    scores = [s for g in audit.groups for s in ((g.share_differs, g.share_alike) if labels else (g.share,))]
    low, high, ticks = chart_scale(scores, [audit.other])
    axes.set_xlim(low, high)
    axes.set_xticks(ticks)
    for row, group in enumerate(audit.groups):
        if labels:
            draw_point(axes, row - 0.14, group.share_differs, KEEPS_APART)
            draw_point(axes, row + 0.14, group.share_alike, MUTED, filled=False)
        else:
            draw_point(axes, row, group.share, KEEPS_APART)
    last = len(audit.groups) + 0.4
    draw_point(axes, last, audit.other, UNEXPLAINED)
    axes.axvline(0, color=MUTED, linewidth=0.8, zorder=1)
    axes.axhline(last - 0.7, color=RULE, linewidth=0.8)
    places = [*range(len(audit.groups)), last]
    names = [*(group.name for group in audit.groups), "“other”"]
    axes.set_yticks(places, [_fit(name, _LEFT[0] - 0.45) for name in names], parse_math=False)
    axes.set_ylim(last + 0.6, -0.6)
    style_axes(axes, grid="x")
    if labels:
        entries = (
            KeyEntry("labels differ", KEEPS_APART),
            KeyEntry("labels alike", MUTED, filled=False),
            KeyEntry("“other”, all pairs", UNEXPLAINED),
        )
        draw_key(figure, Box(_MARGIN, box.y - 2 * _KEY, 5.0, 2 * _KEY), entries)


def _draw_matrix(figure: Figure, box: Box, matrix: CameraMatrix) -> None:
    count = len(matrix.cameras)
    values = np.full((count, count), np.nan)
    for (query, gallery), share in matrix.shares.items():
        values[matrix.cameras.index(query), matrix.cameras.index(gallery)] = share.value
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    axes = put_axes(figure, box)
    scale = Normalize(low, high if high > low else low + 1)
    axes.imshow(np.ma.masked_invalid(values), cmap=_HEAT, norm=scale)
    if count <= _MOST_NUMBERS:
        _write_shares(axes, values, scale)
    step = math.ceil(count / _MOST_LABELS)
    labels = [str(camera) for camera in matrix.cameras[::step]]
    axes.set_xticks(range(0, count, step), labels)
    axes.set_yticks(range(0, count, step), labels)
    style_axes(axes)
    x = box.x + box.width + 0.15
    put_text(figure, x, box.y + 0.05, "rows: query", size=8.5, colour=MUTED)
    put_text(figure, x, box.y + 0.22, "columns: gallery", size=8.5, colour=MUTED)
    if known.size:
        ends = f"{format_number(low, decimals=1)} to {format_number(high, decimals=1)} %"
        put_text(figure, x, box.y + 0.47, ends, size=8.5, colour=INK)


def _write_shares(
    axes: Axes, values: np.ndarray[tuple[int, int], np.dtype[np.float64]], scale: Normalize
) -> None:
    for (row, column), value in np.ndenumerate(values):
        if math.isfinite(value):
            axes.text(
                column,
                row,
                format_number(float(value), decimals=1),
                ha="center",
                va="center",
                fontsize=9 if len(values) <= 6 else 7.5,
                color=PAPER if scale(value) > _DARK else INK,
                fontfamily=FONT,
            )


def _fit(text: str, width: float, size: float = 8.5) -> str:
    return shorten_to_width(cut(text), width=width, size=size)
