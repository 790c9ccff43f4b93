"""The look of the tables that say whether a check came out as it must."""

from __future__ import annotations

from rich import box
from rich.table import Table
from rich.text import Text

from attrimeter.figures.tables.literal import LiteralTable
from attrimeter.figures.text.numerals import UNKNOWN, format_interval, format_score
from attrimeter.values import Score

QUIET = "grey58"
_NAME = 38


def check_table(*columns: str) -> Table:
    """An empty table; the first column holds names, all others numbers."""
    table = LiteralTable(
        caption_justify="left",
        caption_style=QUIET,
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
    )
    first, *others = columns
    table.add_column(first, overflow="ellipsis", no_wrap=True, max_width=_NAME)
    for name in others:
        table.add_column(name, justify="right")
    return table


def score_cell(score: Score | None, *, decimals: int, scale: float = 1.0) -> Text:
    """A number times ``scale`` with its interval beside it; nothing for None."""
    if score is None:
        return Text("")
    score = Score(scale * score.value, scale * score.low, scale * score.high)
    interval = format_interval(score, decimals=decimals)
    cell = Text(format_score(score, decimals=decimals))
    return cell if interval == UNKNOWN else cell.append(f"  ({interval})", style=QUIET)


def verdict_cell(holds: bool | None) -> Text:
    """Whether a check came out as it must; nothing where there is none."""
    return Text("") if holds is None else Text("yes", style="green") if holds else Text("no", style="red")
