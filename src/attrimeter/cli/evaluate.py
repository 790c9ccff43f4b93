"""``attrimeter evaluate``: scores of a target and its interpreter on a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.options import (
    Attributes,
    Device,
    FittedFolder,
    Layout,
    MapCacheFolder,
    MovedTarget,
    MovedWeights,
    Schema,
    ScoresFigure,
    ScoresJson,
)


def evaluate(
    interpreter: FittedFolder,
    data: Annotated[Path, typer.Argument(help="A data set with queries and a gallery.")],
    target: MovedTarget = None,
    weights: MovedWeights = None,
    schema: Schema = None,
    attributes: Attributes = None,
    layout: Layout = None,
    reweight: Annotated[
        bool, typer.Option(help="Also rank the gallery with the same-person model of 'attrimeter calibrate'.")
    ] = False,
    figure: ScoresFigure = None,
    json_file: ScoresJson = None,
    cache: MapCacheFolder = None,
    device: Device = "auto",
) -> None:
    """Retrieval of the frozen target, and how the interpreter's components agree with the labels."""
    from rich.console import Console

    from attrimeter.cli.progress import progress_bars
    from attrimeter.figures import draw_evaluation, evaluation_text, evaluation_to_json, save_figure
    from attrimeter.figures.reweighting_text import reweighting_text, reweighting_to_json
    from attrimeter.interpreter.same_person_file import open_same_person
    from attrimeter.storage import write_json
    from attrimeter.workflows.evaluating import evaluate_interpreter
    from attrimeter.workflows.opening import open_fitted_target, open_interpreter, open_labelled
    from attrimeter.workflows.reweighting import evaluate_reweighting

    opened_target = open_fitted_target(interpreter, path=target, weights=weights, device=device)
    opened = open_interpreter(interpreter, opened_target)
    dataset, _ = open_labelled(
        data, schema=schema or opened.schema, layout=layout, attributes=attributes, strict=False
    )
    model = open_same_person(interpreter, opened) if reweight else None
    with progress_bars() as make:
        evaluation = evaluate_interpreter(
            opened, opened_target, dataset, cache=cache, progress=make("evaluating")
        )
        reweighted = (
            None
            if model is None
            else evaluate_reweighting(
                opened, opened_target, dataset, model, cache=cache, progress=make("re-ranking")
            )
        )
    Console().print(evaluation_text(evaluation))
    if reweighted is not None:
        Console().print(reweighting_text(reweighted))
    if figure is not None:
        save_figure(figure, draw_evaluation(evaluation))
    if json_file is not None:
        plain = evaluation_to_json(evaluation)
        if reweighted is not None:
            plain["reweighting"] = reweighting_to_json(reweighted)
        write_json(json_file, plain)
    for path in (figure, json_file):
        if path is not None:
            typer.echo(f"wrote {path}", err=True)
