"""``attrimeter benchmark``: explainers of a target against measured truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.option_groups import Files, NamedTarget, RenderedPairs, gathered
from attrimeter.cli.options import Scene
from attrimeter.cli.progress import progress_bars
from attrimeter.cli.written import Outputs


@gathered
def benchmark(
    target: NamedTarget,
    pairs: RenderedPairs,
    files: Files,
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
) -> None:
    """Score explainers against measured truth.

    The truth is what editing each attribute of rendered persons does to the target's distances.
    """
    from attrimeter.cli.terminal import columns
    from attrimeter.figures import benchmark_page, benchmark_text, draw_benchmark
    from attrimeter.workflows import benchmarking

    outputs = Outputs(**vars(files))
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
        page=lambda _: benchmark_page(run),
        draw=draw_benchmark,
    )
