"""A table laid out for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from attrimeter.figures.tables.view import Cell, TableView
from attrimeter.legible import legible_lines

Intervals = Literal["below", "dashed", "beside", "none"]

QUIET = "grey58"
TONES = {"": "", "good": "green", "bad": "red"}
_SHORTEST_NAME = 12
_INDENT = 2


def lay_out_table(
    view: TableView,
    *,
    intervals: Intervals = "below",
    names: int = 30,
    numbers: int | None = None,
) -> list[RenderableType]:
    """A table with its title above and its caption below.

    Args:
        intervals: where they stand: below their numbers ("dashed": with a dash for "to", where columns are
            many and no number is negative), beside them, or nowhere.
        names, numbers: the widest that the first column grows, and one of numbers; None for as wide as it
            needs.
    """
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    lines = [[_write(cell, intervals) for cell in row.cells] for row in view.rows]
    for place, column in enumerate(view.columns):
        if place == 0:
            shortest = min(_SHORTEST_NAME, names)
            table.add_column(_literal(column), overflow="fold", min_width=shortest, max_width=names)
        elif place < view.words:
            table.add_column(_literal(column), overflow="fold")
        else:
            texts = [line[place - 1].plain for line in lines if len(line) >= place]
            header = _literal(_break_header(column, texts))
            table.add_column(header, justify="right", no_wrap=intervals != "none", max_width=numbers)
    for row, line in zip(view.rows, lines, strict=True):
        name = _literal(row.name, "bold" if row.strong else "")
        table.add_row(name, *line, style=QUIET if row.quiet else None)
    heading = section(view.title) if view.title else []
    caption = [_literal(view.caption, QUIET)] if view.caption else []
    return [*heading, table, *caption]


def section(title: str) -> list[RenderableType]:
    """An empty line and a title."""
    return [Text(""), _literal(title, "bold")]


def indented(text: Text) -> Padding:
    """A paragraph two columns to the right."""
    return Padding(text, (0, 0, 0, _INDENT))


def _literal(words: str, style: str = "") -> Text:
    """A text in which nothing is read as markup and nothing drives the terminal."""
    return Text(legible_lines(words), style=style)


def _write(cell: Cell, intervals: Intervals) -> Text:
    text = _literal(cell.value, TONES[cell.tone])
    if not cell.interval or intervals == "none":
        return text
    ends = cell.interval.replace(" to ", "–") if intervals == "dashed" else cell.interval
    return text.append(f"  ({ends})" if intervals == "beside" else f"\n{ends}", style=QUIET)


def _break_header(column: str, texts: Iterable[str]) -> str:
    """The name of a column in two lines where it is longer than all that stands below it."""
    widest = max((len(line) for text in texts for line in text.splitlines()), default=0)
    return column.replace(" ", "\n", 1) if len(column) > widest and "\n" not in column else column
