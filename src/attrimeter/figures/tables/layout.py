"""A table laid out for a terminal of 80 columns."""

from __future__ import annotations

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from attrimeter.figures.tables.view import Cell, TableView

QUIET = "grey58"
_SHORTEST_NAME = 12


def lay_out_table(
    view: TableView, *, intervals: bool = True, names: int = 30, numbers: int | None = None
) -> list[RenderableType]:
    """A table with its title above and its caption below.

    Args:
        intervals: show them, below their numbers.
        names, numbers: the widest that a column of either grows; None for as wide as it needs.
    """
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    first, *others = view.columns
    table.add_column(Text(first), overflow="fold", min_width=_SHORTEST_NAME, max_width=names)
    for column in others:
        header = column.replace(" ", "\n", 1) if len(column) < names else column
        table.add_column(Text(header), justify="right", no_wrap=intervals, max_width=numbers)
    for row in view.rows:
        name = Text(row.name, style="bold" if row.strong else "")
        table.add_row(name, *(_write(cell, intervals=intervals) for cell in row.cells))
    caption = [Text(view.caption, style=QUIET)] if view.caption else []
    return [*section(view.title), table, *caption]


def section(title: str) -> list[RenderableType]:
    """An empty line and a title."""
    return [Text(""), Text(title, style="bold")]


def _write(cell: Cell, *, intervals: bool) -> Text:
    text = Text(cell.value)
    return text.append(f"\n{cell.interval}", style=QUIET) if intervals and cell.interval else text
