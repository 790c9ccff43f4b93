"""The ledger as bars: names and states read on the left, bars in the middle, numbers on the right."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attrimeter.figures.drawing.canvas import Box, put_axes, put_rule, put_text
from attrimeter.figures.drawing.palette import (
    BRINGS_TOGETHER,
    INK,
    KEEPS_APART,
    MUTED,
    PAPER,
    sign_colour,
)
from attrimeter.figures.drawing.text_fit import shorten_to_width, text_width
from attrimeter.figures.pair.ledger import LedgerRow, ledger_rows, ledger_span
from attrimeter.figures.pair.summary import is_identical
from attrimeter.figures.pair.trust import trust_mark
from attrimeter.figures.text.numerals import (
    column_decimals,
    format_completeness,
    format_number,
    format_share,
)
from attrimeter.values import PairExplanation

MAX_BARS = 10

_NAME, _VALUE, _SHARE = 2.0, 0.8, 0.76
_HEADER, _FOOTER, _ROW = 0.46, 0.34, 0.42
_PALE, _HATCH = 0.45, "////"


def draw_ledger(figure: Figure, box: Box, explanation: PairExplanation) -> None:
    """Draw the ledger of ``explanation`` into ``box``, at most :data:`MAX_BARS` bars and the sum below.

    Thin lines over the bars are 90 % intervals; that of a group whose attribution did not prove true is pale.
    """
    rows = ledger_rows(explanation, limit=MAX_BARS)
    pitch = min(_ROW, (box.height - _HEADER - _FOOTER) / len(rows))
    bars = Box(box.x + _NAME, box.y + _HEADER, box.width - _NAME - _VALUE - _SHARE, pitch * len(rows))
    zero = _draw_bars(figure, bars, rows)
    _write_header(figure, box, zero=zero, both=any(row.contribution < 0 for row in rows))
    decimals = column_decimals([explanation.distance, *(row.contribution for row in rows)])
    for number, row in enumerate(rows):
        middle = bars.y + (number + 0.5) * pitch
        _write_name(figure, box, middle, row)
        _write_numbers(figure, box, middle, row.contribution, row.share, decimals=decimals)
    _write_sum(figure, box, bars.y + bars.height + 0.06, explanation, decimals=decimals)


def _draw_bars(figure: Figure, bars: Box, rows: Sequence[LedgerRow]) -> float:
    """Draw the bars; returns where on the sheet zero lies, in inches from the left."""
    left, right = ledger_span(rows)
    if left == right:
        right = 1.0
    axes = put_axes(figure, bars)
    for number, row in enumerate(rows):
        colour = sign_colour(row.contribution, unexplained=row.kind == "other")
        bar = axes.barh(number, row.contribution, height=0.58, color=colour, linewidth=0)
        if row.doubted:
            for patch in bar:
                patch.set(alpha=_PALE, hatch=_HATCH, edgecolor=PAPER)
        if row.interval is not None:
            _draw_interval(axes, number, row.interval)
    axes.set_xlim(left, right)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.axvline(0, color=MUTED, linewidth=0.8, clip_on=False)
    axes.set_axis_off()
    return bars.x + bars.width * -left / (right - left)


def _draw_interval(axes: Axes, number: int, ends: tuple[float, float]) -> None:
    axes.plot(ends, (number, number), color=INK, linewidth=0.9, solid_capstyle="butt", clip_on=False)
    axes.plot(ends, (number, number), color=INK, linestyle="none", marker="|", markersize=5, clip_on=False)


def _write_header(figure: Figure, box: Box, *, zero: float, both: bool) -> None:
    put_text(figure, box.x, box.y, "What the distance is made of", size=10, bold=True)
    y = box.y + 0.24
    put_text(figure, zero + 0.06, y, "keeps apart ▶", size=8, colour=KEEPS_APART)
    if both:
        put_text(figure, zero - 0.06, y, "◀ brings together", size=8, colour=BRINGS_TOGETHER, align="right")


def _write_name(figure: Figure, box: Box, middle: float, row: LedgerRow) -> None:
    width = _NAME - 0.12
    mark = trust_mark(row.verdict)
    room = width - (text_width(mark, size=8) + 0.1 if mark else 0)
    name = shorten_to_width(row.name, width=room, size=9.5)
    colour = INK if row.kind == "group" else MUTED
    beside = box.x + text_width(name, size=9.5) + 0.1
    if row.states is None or not row.differs:
        put_text(figure, box.x, middle, name, size=9.5, colour=colour, vertical="center")
        put_text(figure, beside, middle, mark, size=8, colour=MUTED, vertical="center")
        return
    states = shorten_to_width(" | ".join(row.states), width=width, size=8)
    put_text(figure, box.x, middle - 0.015, name, size=9.5, colour=colour, vertical="bottom")
    put_text(figure, beside, middle - 0.015, mark, size=8, colour=MUTED, vertical="bottom")
    put_text(figure, box.x, middle + 0.035, states, size=8, colour=MUTED)


def _write_numbers(
    figure: Figure, box: Box, middle: float, value: float, share: float, *, decimals: int, bold: bool = False
) -> None:
    right = box.x + box.width
    number = format_number(value, decimals=decimals, signed=not bold)
    put_text(figure, right - _SHARE, middle, number, size=9.5, bold=bold, align="right", vertical="center")
    put_text(
        figure, right, middle, format_share(share), size=9.5, bold=bold, align="right", vertical="center"
    )


def _write_sum(figure: Figure, box: Box, y: float, explanation: PairExplanation, *, decimals: int) -> None:
    put_rule(figure, (box.x, box.x + box.width), (y, y), colour=MUTED)
    put_text(figure, box.x, y + 0.17, "sum = distance", size=9.5, bold=True, vertical="center")
    miss = f"exact to {format_completeness(explanation.completeness)}"
    put_text(figure, box.x + _NAME, y + 0.17, miss, size=8, colour=MUTED, vertical="center")
    total = sum(explanation.groups.values()) + explanation.other
    share = 0.0 if is_identical(explanation) else 1.0
    _write_numbers(figure, box, y + 0.17, total, share, decimals=decimals, bold=True)
