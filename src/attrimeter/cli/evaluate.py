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
from attrimeter.errors import SettingsError

if TYPE_CHECKING:
    from attrimeter.cli.written import Outputs
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
    from attrimeter.cli.progress import progress_bars
    from attrimeter.cli.understood import tell_understood
    from attrimeter.evaluating.evaluation import evaluate_interpreter
    from attrimeter.evaluating.reweighting import evaluate_reweighting
    from attrimeter.interpreter.same_person_file import open_same_person
    from attrimeter.workflows.domains import open_for_interpreter
    from attrimeter.workflows.opening import open_fitted_target, open_interpreter

    place = _one_of(data, other)
    outputs = _outputs(figure=figure, page=page, json_file=json_file, reweight=reweight)
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
    _deliver(outputs, evaluation, reweighted)


def _outputs(*, figure: Path | None, page: Path | None, json_file: Path | None, reweight: bool) -> Outputs:
    """Where the files go; the reliability diagram stands beside the figure of the scores."""
    from attrimeter.cli.written import Outputs
    from attrimeter.storage import is_passed_through

    second = None
    if figure is not None and reweight:
        if is_passed_through(figure):
            raise SettingsError(
                f"--reweight draws a second figure beside {figure}, which is no file; "
                "name a .png or .svg file."
            )
        second = figure.with_name(f"{figure.stem}-reliability{figure.suffix}")
    return Outputs(figure=figure, page=page, json_file=json_file, second_figure=second)


def _deliver(outputs: Outputs, evaluation: Evaluation, reweighted: Reweighting | None) -> None:
    from rich.console import Group

    from attrimeter.figures import draw_evaluation, evaluation_to_json
    from attrimeter.figures.evaluation.page import evaluation_page
    from attrimeter.figures.evaluation.reliability_figure import draw_reliability
    from attrimeter.figures.evaluation.reweighting_text import reweighting_text, reweighting_to_json
    from attrimeter.figures.evaluation.text import evaluation_text

    if reweighted is None:
        outputs.deliver(
            evaluation,
            text=evaluation_text,
            document=evaluation_to_json,
            page=evaluation_page,
            draw=draw_evaluation,
        )
        return
    outputs.deliver(
        (evaluation, reweighted),
        text=lambda found: Group(evaluation_text(found[0]), reweighting_text(found[1])),
        document=lambda found: {
            **evaluation_to_json(found[0]),
            "reweighting": reweighting_to_json(found[1]),
        },
        page=lambda found: evaluation_page(*found),
        draw=lambda found: draw_evaluation(found[0]),
        draw_second=lambda found: draw_reliability(found[1]),
    )


def _one_of(data: Path | None, other: Path | None) -> Path:
    if data is not None and other is None:
        return data
    if other is not None and data is None:
        return other
    raise SettingsError(
        "Name one data set to evaluate on: either after the interpreter's folder, or with --data."
    )
