"""``attrimeter evaluate``: scores of a target and its interpreter on a data set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attrimeter.cli.options import (
    Attributes,
    Cameras,
    Device,
    FittedFolder,
    Layout,
    MapCacheFolder,
    MovedTarget,
    MovedWeights,
    Page,
    Schema,
    ScoresFigure,
    ScoresJson,
    camera_numbers,
)
from attrimeter.cli.written import name_written
from attrimeter.errors import SettingsError

if TYPE_CHECKING:
    from attrimeter.values import Evaluation
    from attrimeter.values.reweighting import Reweighting


def evaluate(
    interpreter: FittedFolder,
    data: Annotated[
        Path | None, typer.Argument(metavar="DATA", help="A data set with queries and a gallery.")
    ] = None,
    other: Annotated[
        Path | None, typer.Option("--data", help="The same as DATA, said as an option: give one of the two.")
    ] = None,
    target: MovedTarget = None,
    weights: MovedWeights = None,
    schema: Schema = None,
    attributes: Attributes = None,
    layout: Layout = None,
    cameras: Cameras = None,
    reweight: Annotated[
        bool, typer.Option(help="Also rank the gallery with the same-person model of 'attrimeter calibrate'.")
    ] = False,
    figure: ScoresFigure = None,
    page: Page = None,
    json_file: ScoresJson = None,
    cache: MapCacheFolder = None,
    device: Device = "auto",
) -> None:
    """Retrieval of the frozen target, and how the interpreter's components agree with the labels.

    The data may be others than those of the fit, and labelled by another schema: what both schemas have is
    compared, the rest counts as unknown.
    """
    from rich.console import Console

    from attrimeter.cli.progress import progress_bars
    from attrimeter.cli.understood import tell_understood
    from attrimeter.figures import evaluation_text
    from attrimeter.figures.reweighting_text import reweighting_text
    from attrimeter.interpreter.same_person_file import open_same_person
    from attrimeter.workflows.domains import open_for_interpreter
    from attrimeter.workflows.evaluating import evaluate_interpreter
    from attrimeter.workflows.opening import open_fitted_target, open_interpreter
    from attrimeter.workflows.reweighting import evaluate_reweighting

    place = _one_of(data, other)
    opened_target = open_fitted_target(interpreter, path=target, weights=weights, device=device)
    opened = open_interpreter(interpreter, opened_target)
    found = open_for_interpreter(
        place,
        opened,
        schema=schema,
        layout=layout,
        attributes=attributes,
        cameras=camera_numbers(cameras),
        ranked=True,
    )
    tell_understood(found.dataset)
    model = open_same_person(interpreter, opened) if reweight else None
    with progress_bars() as make:
        evaluation = evaluate_interpreter(
            opened,
            opened_target,
            found.dataset,
            cache=cache,
            notes=found.notes,
            unmapped=found.unmapped,
            progress=make("evaluating"),
        )
        reweighted = (
            None
            if model is None
            else evaluate_reweighting(
                opened, opened_target, found.dataset, model, cache=cache, progress=make("re-ranking")
            )
        )
    Console().print(evaluation_text(evaluation))
    if reweighted is not None:
        Console().print(reweighting_text(reweighted))
    name_written(_write_files(evaluation, reweighted, figure=figure, page=page, json_file=json_file))


def _write_files(
    evaluation: Evaluation,
    reweighted: Reweighting | None,
    *,
    figure: Path | None,
    page: Path | None,
    json_file: Path | None,
) -> list[Path]:
    """The files that were asked for; the reliability diagram stands beside the figure of the scores."""
    from attrimeter.figures import draw_evaluation, evaluation_to_json, save_figure
    from attrimeter.figures.evaluation_page import evaluation_page
    from attrimeter.figures.reliability_figure import draw_reliability
    from attrimeter.figures.reweighting_text import reweighting_to_json
    from attrimeter.storage import write_json, write_text

    written = []
    if figure is not None:
        save_figure(figure, draw_evaluation(evaluation))
        written.append(figure)
    if figure is not None and reweighted is not None:
        beside = figure.with_name(f"{figure.stem}-reliability{figure.suffix}")
        save_figure(beside, draw_reliability(reweighted))
        written.append(beside)
    if page is not None:
        write_text(page, evaluation_page(evaluation, reweighted))
        written.append(page)
    if json_file is not None:
        plain = evaluation_to_json(evaluation)
        if reweighted is not None:
            plain["reweighting"] = reweighting_to_json(reweighted)
        write_json(json_file, plain)
        written.append(json_file)
    return written


def _one_of(data: Path | None, other: Path | None) -> Path:
    if data is not None and other is None:
        return data
    if other is not None and data is None:
        return other
    raise SettingsError(
        "Name one data set to evaluate on: either after the interpreter's folder, or with --data."
    )
