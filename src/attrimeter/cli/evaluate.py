"""``attrimeter evaluate``: scores of a target and its interpreter on a data set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attrimeter.cli.gathered import gathered
from attrimeter.cli.option_groups import DataOptions, Fitted
from attrimeter.cli.options import (
    Device,
    MapCacheFolder,
    Page,
    ScoresFigure,
    ScoresJson,
)
from attrimeter.errors import SettingsError

if TYPE_CHECKING:
    from attrimeter.cli.written import Outputs


@gathered
def evaluate(
    fitted: Fitted,
    how: DataOptions,
    data: Annotated[
        Path | None, typer.Argument(metavar="DATA", help="A data set with queries and a gallery.")
    ] = None,
    other: Annotated[Path | None, typer.Option("--data", help="Another way to name DATA.")] = None,
    reweight: Annotated[
        bool, typer.Option(help="Also rank the gallery with the same-person model of 'attrimeter calibrate'.")
    ] = False,
    figure: ScoresFigure = None,
    page: Page = None,
    json_file: ScoresJson = None,
    cache: MapCacheFolder = None,
    device: Device = "auto",
) -> None:
    """Measure retrieval, and agreement with the labels.

    Retrieval is that of the frozen target; the interpreter's contributions are compared with the labels.

    The data may be others than those of the fit, and labelled by another schema: what both schemas have is
    compared, the rest counts as unknown.
    """
    from attrimeter.cli.progress import progress_bars
    from attrimeter.figures import draw_evaluation, evaluation_text, to_json
    from attrimeter.figures.evaluation.page import evaluation_page
    from attrimeter.figures.evaluation.reliability_figure import draw_reliability
    from attrimeter.workflows import evaluating

    place = _one_of(data, other)
    outputs = _outputs(figure=figure, page=page, json_file=json_file, reweight=reweight)
    with progress_bars() as make:
        evaluation = evaluating.evaluate(
            **vars(fitted),
            data=place,
            **vars(how),
            reweight=reweight,
            cache=cache,
            device=device,
            progress=make,
        )
    outputs.deliver(
        evaluation,
        text=evaluation_text,
        document=to_json,
        page=evaluation_page,
        draw=draw_evaluation,
        draw_second=lambda found: draw_reliability(found.reweighting),  # type: ignore[arg-type]  # asked for with it alone
    )


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


def _one_of(data: Path | None, other: Path | None) -> Path:
    if data is not None and other is None:
        return data
    if other is not None and data is None:
        return other
    raise SettingsError(
        "Name one data set to evaluate on: either after the interpreter's folder, or with --data."
    )
