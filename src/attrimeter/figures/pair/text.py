"""A pair's explanation for the terminal: the summary, the ledger with bars, and what was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Column, Table
from rich.text import Text

from attrimeter.figures.pair.ledger import LedgerRow, ledger_rows, ledger_span
from attrimeter.figures.pair.summary import is_identical, summarise, summary_sentences
from attrimeter.figures.pair.trust import trust_mark, trust_reasons
from attrimeter.figures.text.numerals import (
    column_decimals,
    format_completeness,
    format_ends,
    format_number,
    format_share,
)
from attrimeter.values import PairExplanation

__all__ = ["pair_text", "summarise"]

_BAR_CELLS, _SHORT_BAR_CELLS = 22, 14
"""Bars are shorter where intervals stand beside them, and gone where these leave no room."""
_ROOM_FOR_BARS = 96
_EIGHTHS = " ▏▎▍▌▋▊▉"
_MIRRORED = str.maketrans({"▏": "▕", "▎": "▕", "▍": "▐", "▌": "▐", "▋": "▐", "▊": "█", "▉": "█"})
"""Unicode fills a cell from the right only by an eighth, a half, or wholly."""

_APART, _TOGETHER, _GREY = "dark_orange3", "dodger_blue2", "grey58"


def pair_text(explanation: PairExplanation) -> RenderableType:
    """The summary, every group and "other" as a bar with value, share and the states read, and the sum.

    With a trust card every value has its 90 % interval and weak groups are marked; the last line says how
    far the whole can be trusted. It fits a terminal of 80 columns; nothing is folded.
    """
    first, *rest = summary_sentences(explanation)
    rows = ledger_rows(explanation)
    decimals = column_decimals([explanation.distance, *(row.contribution for row in rows)])
    parts: list[RenderableType] = [Text(first, style="bold")]
    if rest:
        parts.append(Text(" ".join(rest)))
    parts += [Text(""), _Ledger(rows, decimals), _sum_line(explanation, decimals)]
    parts.append(_trust_line(explanation))
    return Group(*parts)


def draw_bar(value: float, *, low: float, high: float, cells: int = _BAR_CELLS) -> str:
    """A bar of block characters from zero to ``value`` on a line of ``cells`` that spans low to high.

    Zero lies between two cells, so that both sides keep one scale; low <= 0 <= high.
    """
    if high <= low:
        return " " * cells
    left = 0 if low == 0 else min(cells - 1, max(1, round(cells * -low / (high - low))))
    right = cells - left
    if value >= 0:
        return " " * left + _fill(value / high if high else 0.0, right)
    return _fill(value / low, left)[::-1].translate(_MIRRORED) + " " * right


def _fill(fraction: float, cells: int) -> str:
    eighths = round(8 * cells * fraction)
    if fraction > 0:
        eighths = max(1, eighths)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(cells)


@dataclass(frozen=True)
class _Ledger:
    """The ledger as a table that leaves out what is not known, and bars for which there is no room."""

    rows: Sequence[LedgerRow]
    decimals: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        intervals = any(row.interval is not None for row in self.rows)
        doubts = any(row.doubted for row in self.rows)
        names = [Text(row.name, style="" if row.kind == "group" else _GREY) for row in self.rows]
        columns = [(Column("attribute", overflow="ellipsis", no_wrap=True, max_width=26), names)]
        if not intervals or options.max_width >= _ROOM_FOR_BARS:
            columns.append(_bar_column(self.rows, cells=_SHORT_BAR_CELLS if intervals else _BAR_CELLS))
        columns.append(_number_column("part", [self._number(row) for row in self.rows]))
        if intervals:
            ends = [format_ends(row.interval, decimals=self.decimals) for row in self.rows]
            columns.append(_number_column("90 % interval", ends))
        columns.append(_number_column("share", [format_share(row.share) for row in self.rows]))
        if doubts:
            marks = [Text(trust_mark(row.verdict), style="bold") for row in self.rows]
            columns.append((Column("trust", min_width=8, max_width=8), marks))
        columns.append((Column("read: first | second", overflow="fold"), [_states(row) for row in self.rows]))
        table = Table(
            *(column for column, _ in columns),
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            padding=(0, 1),
            show_edge=False,
        )
        for cells in zip(*(cells for _, cells in columns), strict=True):
            table.add_row(*cells)
        yield table

    def _number(self, row: LedgerRow) -> str:
        return format_number(row.contribution, decimals=self.decimals, signed=True)


def _bar_column(rows: Sequence[LedgerRow], *, cells: int) -> tuple[Column, list[Text]]:
    low, high = ledger_span(rows, intervals=False)
    header = "apart ▶" if low == 0 else "◀ together    apart ▶" if cells == _BAR_CELLS else "◀ near   far ▶"
    bars = [
        Text(draw_bar(row.contribution, low=low, high=high, cells=cells), style=_colour(row)) for row in rows
    ]
    return Column(header, no_wrap=True, min_width=cells), bars


def _number_column(header: str, numbers: Sequence[str]) -> tuple[Column, list[Text]]:
    return Column(header, justify="right", no_wrap=True), [Text(number) for number in numbers]


def _states(row: LedgerRow) -> Text:
    if row.states is None:
        return Text("")
    if row.differs:
        return Text(" | ".join(row.states))
    return Text(f"both {row.states[0]}", style=_GREY)


def _colour(row: LedgerRow) -> str:
    if row.kind == "other":
        return _GREY
    return _APART if row.contribution >= 0 else _TOGETHER


def _sum_line(explanation: PairExplanation, decimals: int) -> Text:
    total = format_number(sum(explanation.groups.values()) + explanation.other, decimals=decimals)
    line = Text.assemble(("sum = distance ", "bold"), (total, "bold"))
    if not is_identical(explanation):
        line.append(f" (exact to {format_completeness(explanation.completeness)})", style=_GREY)
    line.append(f"  {explanation.target}, {explanation.form} form", style=_GREY)
    return line


def _trust_line(explanation: PairExplanation) -> Text:
    line = Text.assemble("trust: ", (explanation.trust_label, "bold"), ". ")
    return line.append(trust_reasons(explanation))
