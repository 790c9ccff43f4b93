"""A benchmark for the terminal: who comes closest to the truth, and the tables with their intervals."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from attrimeter.figures.benchmark.findings import first_interpreter, headline
from attrimeter.figures.benchmark.tables import (
    coverage_table,
    curve_table,
    group_table,
    kind_tables,
    localisation_tables,
)
from attrimeter.figures.tables.layout import QUIET, lay_out_table
from attrimeter.values import Benchmark

COLUMNS = 100
"""The width that the tables need."""

_NAME, _NUMBER = 26, 15
"""The widest that a column of names grows, and one of numbers."""

_DRAWING, _DRAWING_NARROW = 5, 3
"""Explainers side by side in the table of the maps."""


def benchmark_text(benchmark: Benchmark, *, columns: int = COLUMNS) -> RenderableType:
    """The findings in words, then the tables; 95 % intervals stand below their numbers.

    The localisation table leaves the intervals out, and so do all tables where there are fewer than 100
    columns; the page and the JSON have them.
    """
    wide = columns >= COLUMNS
    first, *rest = headline(benchmark)
    parts: list[RenderableType] = [Text(first, style="bold")]
    if rest:
        parts.append(Text(" ".join(rest), style="bold"))
    parts.append(Text(_provenance(benchmark, intervals=wide), style=QUIET))
    parts += [Text(f"Note: {note}", style="yellow") for note in benchmark.notes]
    interpreter = first_interpreter(benchmark)
    views = [*kind_tables(benchmark), *([group_table(interpreter)] if interpreter is not None else [])]
    covered = coverage_table(benchmark)
    views += [covered] if covered is not None else []
    views += [curve_table(benchmark)] if benchmark.explainers else []
    for view in views:
        parts += lay_out_table(view, intervals="below" if wide else "none", names=_NAME, numbers=_NUMBER)
    for view in localisation_tables(benchmark, most=_DRAWING if wide else _DRAWING_NARROW):
        parts += lay_out_table(view, intervals="none", names=_NAME, numbers=_NUMBER)
    return Group(*parts)


def _provenance(benchmark: Benchmark, *, intervals: bool) -> str:
    pairs = ", ".join(f"{count:,} {kind}" for kind, count in benchmark.pairs.items()) or "none"
    where = "below" if intervals else f"need {COLUMNS} columns"
    return f"{benchmark.target} on rendered pairs ({pairs}), seed {benchmark.seed}; 95 % intervals {where}"
