"""A benchmark as a web page: the findings, how to read them, every table, the figures."""

from __future__ import annotations

from attrimeter.figures.benchmark.curve_figure import draw_curves
from attrimeter.figures.benchmark.figure import draw_benchmark
from attrimeter.figures.benchmark.findings import headline
from attrimeter.figures.benchmark.scatter_figure import draw_scatter
from attrimeter.figures.benchmark.tables import (
    coverage_table,
    curve_table,
    group_table,
    kind_tables,
    localisation_tables,
)
from attrimeter.figures.drawing.figure_files import plot_source
from attrimeter.figures.text.page_rendering import render_template
from attrimeter.values import Benchmark
from attrimeter.values.benchmark import BenchmarkRun

_DRAWING = 6
"""Explainers side by side in a table of maps; a wide one scrolls."""


def benchmark_page(found: Benchmark | BenchmarkRun, *, fragment: bool = False) -> str:
    """A self-contained HTML page for readers with and without the field's terms, light or dark as their
    system is, with no script and no address outside it.

    Args:
        found: a benchmark, or its run, of which the page also shows every pair.
        fragment: only what a notebook puts inside its own page, with styles of its own.
    """
    run = found if isinstance(found, BenchmarkRun) else None
    benchmark = found.benchmark if isinstance(found, BenchmarkRun) else found
    interpreters = [line for line in benchmark.explainers if line.interpreter and line.groups]
    curves = any(line.curves is not None for line in benchmark.explainers)
    return render_template(
        "benchmark_page",
        fragment=fragment,
        benchmark=benchmark,
        findings=headline(benchmark),
        kinds=kind_tables(benchmark),
        groups=[group_table(line) for line in interpreters],
        coverage_table=coverage_table(benchmark),
        localisation=localisation_tables(benchmark, most=_DRAWING),
        curve_table=curve_table(benchmark) if benchmark.explainers else None,
        plot=plot_source(draw_benchmark(benchmark)),
        curve_plot=plot_source(draw_curves(benchmark)) if curves else None,
        scatter_plot=None if run is None else plot_source(draw_scatter(run.pairs, run.attributions), "png"),
    )
