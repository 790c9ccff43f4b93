"""A pair's explanation for the terminal: the summary, the ledger with bars, and what was read."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from attrimeter.figures.ledger import LedgerRow, ledger_rows
from attrimeter.figures.numerals import (
    column_decimals,
    format_completeness,
    format_number,
    format_share,
)
from attrimeter.figures.pair_summary import is_identical, summarise, summary_sentences
from attrimeter.values import PairExplanation

__all__ = ["pair_text", "summarise"]

_BAR_CELLS = 22
_EIGHTHS = " ▏▎▍▌▋▊▉"
_MIRRORED = str.maketrans({"▏": "▕", "▎": "▕", "▍": "▐", "▌": "▐", "▋": "▐", "▊": "█", "▉": "█"})
"""Unicode fills a cell from the right only by an eighth, a half, or wholly."""

_APART, _TOGETHER, _GREY = "dark_orange3", "dodger_blue2", "grey58"


def pair_text(explanation: PairExplanation) -> RenderableType:
    """The summary, every group and "other" as a bar with value, share and the states read, and the sum.

    It fits a terminal of 80 columns; nothing is folded.
    """
    first, *rest = summary_sentences(explanation)
    rows = ledger_rows(explanation)
    decimals = column_decimals([explanation.distance, *(row.contribution for row in rows)])
    parts: list[RenderableType] = [Text(first, style="bold")]
    if rest:
        parts.append(Text(" ".join(rest)))
    parts += [Text(""), _ledger_table(explanation, rows, decimals=decimals), _sum_line(explanation, decimals)]
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


def _ledger_table(explanation: PairExplanation, rows: Sequence[LedgerRow], *, decimals: int) -> Table:
    low = min(0.0, *(row.contribution for row in rows))
    high = max(0.0, *(row.contribution for row in rows))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    table.add_column("attribute", overflow="ellipsis", no_wrap=True, max_width=26)
    table.add_column("◀ together    apart ▶" if low < 0 else "apart ▶", no_wrap=True, min_width=_BAR_CELLS)
    table.add_column("part", justify="right", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    table.add_column("read: first | second", overflow="fold")
    for row in rows:
        table.add_row(
            Text(row.name, style="" if row.kind == "group" else _GREY),
            Text(draw_bar(row.contribution, low=low, high=high), style=_colour(row)),
            format_number(row.contribution, decimals=decimals, signed=True),
            format_share(row.share),
            _states(row),
        )
    return table


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
