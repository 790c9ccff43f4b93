"""A benchmark for the terminal: who comes closest to the truth, and the tables with their intervals."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from attrimeter.figures.benchmark_findings import first_interpreter, headline
from attrimeter.figures.benchmark_tables import (
    Cell,
    TableView,
    coverage_table,
    curve_table,
    group_table,
    kind_tables,
    localisation_tables,
)
from attrimeter.values import Benchmark

COLUMNS = 100
"""The width that the tables need."""

_QUIET = "grey58"
_SHORTEST_NAME, _NAME, _NUMBER = 12, 26, 15
"""The narrowest and the widest that a column of names grows, and the widest of numbers."""

_DRAWING, _DRAWING_NARROW = 5, 3
"""Explainers side by side in the table of the maps."""


def benchmark_text(benchmark: Benchmark, *, columns: int = COLUMNS) -> RenderableType:
    """The findings in words, then the tables; 95 % intervals stand below their numbers.

    The localisation table leaves the intervals out, and so do all tables where there are fewer than 100
    columns; the page and the JSON have them.
    """
    intervals = columns >= COLUMNS
    first, *rest = headline(benchmark)
    parts: list[RenderableType] = [Text(first, style="bold")]
    if rest:
        parts.append(Text(" ".join(rest), style="bold"))
    parts.append(Text(_provenance(benchmark, intervals=intervals), style=_QUIET))
    parts += [Text(f"Note: {note}", style="yellow") for note in benchmark.notes]
    interpreter = first_interpreter(benchmark)
    views = [*kind_tables(benchmark), *([group_table(interpreter)] if interpreter is not None else [])]
    covered = coverage_table(benchmark)
    views += [covered] if covered is not None else []
    views += [curve_table(benchmark)] if benchmark.explainers else []
    for view in views:
        parts += _lay_out(view, intervals=intervals)
    for view in localisation_tables(benchmark, most=_DRAWING if intervals else _DRAWING_NARROW):
        parts += _lay_out(view, intervals=False)
    return Group(*parts)


def _provenance(benchmark: Benchmark, *, intervals: bool) -> str:
    pairs = ", ".join(f"{count:,} {kind}" for kind, count in benchmark.pairs.items()) or "none"
    where = "below" if intervals else f"need {COLUMNS} columns"
    return f"{benchmark.target} on rendered pairs ({pairs}), seed {benchmark.seed}; 95 % intervals {where}"


def _lay_out(view: TableView, *, intervals: bool) -> list[RenderableType]:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    first, *others = view.columns
    table.add_column(Text(first), overflow="fold", min_width=_SHORTEST_NAME, max_width=_NAME)
    for name in others:
        header = name.replace(" ", "\n", 1) if len(name) < _NAME else name
        table.add_column(Text(header), justify="right", no_wrap=intervals, max_width=_NUMBER)
    for row in view.rows:
        table.add_row(
            Text(row.name, style="bold" if row.strong else ""),
            *(_write(cell, intervals=intervals) for cell in row.cells),
        )
    caption = [Text(view.caption, style=_QUIET)] if view.caption else []
    return [Text(""), Text(view.title, style="bold"), table, *caption]


def _write(cell: Cell, *, intervals: bool) -> Text:
    text = Text(cell.value)
    return text.append(f"\n{cell.interval}", style=_QUIET) if intervals and cell.interval else text
