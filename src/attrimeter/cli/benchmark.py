"""``attrimeter benchmark``: explainers of a target against measured truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.gathered import gathered
from attrimeter.cli.option_groups import NamedTarget, RenderedPairs
from attrimeter.cli.options import Page, Scene, ScoresFigure, ScoresJson


@gathered
def benchmark(
    target: NamedTarget,
    pairs: RenderedPairs,
    interpreters: Annotated[
        list[Path] | None,
        typer.Argument(metavar="interpreter", help="Folders that 'attrimeter fit' wrote."),
    ] = None,
    scene: Scene = "standard",
    ceiling: Annotated[
        bool, typer.Option(help="Measure the truth a second time, with other views; takes twice the time.")
    ] = False,
    explainers: Annotated[
        str, typer.Option(help="usual, or all: with those that others wrote (Captum, xaitk) as well.")
    ] = "usual",
    figure: ScoresFigure = None,
    page: Page = None,
    json_file: ScoresJson = None,
) -> None:
    """Score explainers against measured truth.

    The truth is what editing each attribute of rendered persons does to the target's distances.
    """
    from attrimeter.cli.progress import progress_bars
    from attrimeter.cli.terminal import columns
    from attrimeter.cli.written import Outputs
    from attrimeter.figures.benchmark.figure import draw_benchmark
    from attrimeter.figures.benchmark.page import benchmark_page
    from attrimeter.figures.benchmark.scatter_figure import draw_scatter
    from attrimeter.figures.benchmark.text import benchmark_text
    from attrimeter.figures.json_documents import to_json
    from attrimeter.workflows import benchmarking

    outputs = Outputs(figure=figure, page=page, json_file=json_file)
    with progress_bars() as make:
        run = benchmarking.benchmark(
            **vars(target),
            **vars(pairs),
            interpreters=interpreters,
            scene=scene,
            ceiling=ceiling,
            explainers=explainers,
            progress=make,
        )
    outputs.deliver(
        run.benchmark,
        text=lambda found: benchmark_text(found, columns=columns()),
        document=to_json,
        page=lambda found: benchmark_page(found, scatter=draw_scatter(run.pairs, run.attributions)),
        draw=draw_benchmark,
    )
