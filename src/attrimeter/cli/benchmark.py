"""``attrimeter benchmark``: explainers of a target against measured truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attrimeter.cli.gathered import gathered
from attrimeter.cli.option_groups import NamedTarget, RenderedPairs
from attrimeter.cli.options import Page, Scene, ScoresFigure, ScoresJson

if TYPE_CHECKING:
    from attrimeter.interpreter import Interpreter
    from attrimeter.targets import Target


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
    figure: ScoresFigure = None,
    page: Page = None,
    json_file: ScoresJson = None,
) -> None:
    """Measure what each attribute truly adds to distances, and score explainers against it."""
    from attrimeter.benchmarking.benchmark import run_benchmark
    from attrimeter.cli.progress import progress_bars
    from attrimeter.cli.terminal import columns
    from attrimeter.cli.written import Outputs
    from attrimeter.figures.benchmark.figure import draw_benchmark
    from attrimeter.figures.benchmark.page import benchmark_page
    from attrimeter.figures.benchmark.scatter_figure import draw_scatter
    from attrimeter.figures.benchmark.text import benchmark_text
    from attrimeter.figures.json_documents import to_json

    outputs = Outputs(figure=figure, page=page, json_file=json_file)
    opened = target.open()
    named = open_named(interpreters or (), opened)
    with progress_bars() as make:
        run = run_benchmark(
            opened, named, pairs=pairs.counts, scene=scene, ceiling=ceiling, progress=make, **pairs.how
        )
    outputs.deliver(
        run.benchmark,
        text=lambda found: benchmark_text(found, columns=columns()),
        document=to_json,
        page=lambda found: benchmark_page(found, scatter=draw_scatter(run.pairs, run.accounts)),
        draw=draw_benchmark,
    )


def open_named(folders: Sequence[Path], target: Target) -> list[tuple[str, Interpreter]]:
    """The interpreters of a target, each with the name of its line in tables.

    Raises:
        InterpreterError: a broken folder, or another target.
    """
    from attrimeter.workflows.opening import open_interpreter

    fitted = [open_interpreter(folder, target) for folder in folders]
    return list(zip(name_interpreters([one.form.name for one in fitted], folders), fitted, strict=True))


def name_interpreters(forms: Sequence[str], folders: Sequence[Path]) -> list[str]:
    """A name for each interpreter's line: its form, with its folder where another one has the same form."""
    often = Counter(forms)
    return [
        form if often[form] == 1 else f"{form} ({folder})"
        for form, folder in zip(forms, folders, strict=True)
    ]
