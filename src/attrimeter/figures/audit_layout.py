"""Tables and findings laid out for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from attrimeter.figures.audit_words import LEVEL_WORDS, cut, printable
from attrimeter.figures.benchmark_tables import Cell, TableView
from attrimeter.values.audit import FACT, FAULT, NOTICE, Finding

QUIET = "grey58"
_LEVEL_STYLES = {FAULT: "bold red", NOTICE: "bold yellow", FACT: "bold cyan"}
_SHORTEST_NAME, _NAME = 12, 30
_INDENT = 2


def lay_out_table(view: TableView) -> list[RenderableType]:
    """A table with its title above and its caption below; intervals stand below their numbers."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    first, *others = view.columns
    table.add_column(Text(first), overflow="fold", min_width=_SHORTEST_NAME, max_width=_NAME)
    for column in others:
        table.add_column(Text(column.replace(" ", "\n", 1)), justify="right", no_wrap=True)
    for row in view.rows:
        name = Text(row.name, style="bold" if row.strong else "")
        table.add_row(name, *(_write(cell) for cell in row.cells))
    caption = [Text(view.caption, style=QUIET)] if view.caption else []
    return [*section(view.title), table, *caption]


def section(title: str) -> list[RenderableType]:
    """An empty line and a title."""
    return [Text(""), Text(title, style="bold")]


def lay_out_findings(findings: Iterable[Finding]) -> list[RenderableType]:
    """The findings in their order: level and title in a line, the text indented below."""
    parts: list[RenderableType] = []
    for finding in findings:
        line = Text(LEVEL_WORDS.get(finding.level, cut(finding.level)))
        line.stylize(_LEVEL_STYLES.get(finding.level, ""))
        parts.append(line.append(f"  {cut(finding.title, 120)}", style="bold"))
        parts.append(indented(Text(printable(finding.text))))
    return parts


def indented(text: Text) -> Padding:
    """A paragraph two columns to the right."""
    return Padding(text, (0, 0, 0, _INDENT))


def _write(cell: Cell) -> Text:
    text = Text(cell.value)
    return text.append(f"\n{cell.interval}", style=QUIET) if cell.interval else text
