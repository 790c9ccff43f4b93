"""``attrimeter evaluate``: scores of a target and its interpreter on a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.option_groups import DataOptions, Files, Fitted, gathered
from attrimeter.cli.options import CacheFolder
from attrimeter.cli.progress import progress_bars
from attrimeter.cli.written import Outputs
from attrimeter.errors import SettingsError


@gathered
def evaluate(
    fitted: Fitted,
    how: DataOptions,
    files: Files,
    data: Annotated[
        Path | None, typer.Argument(metavar="DATA", help="A data set with queries and a gallery.")
    ] = None,
    other: Annotated[Path | None, typer.Option("--data", help="Another way to name DATA.")] = None,
    reweight: Annotated[
        bool, typer.Option(help="Also rank the gallery with the same-person model of 'attrimeter calibrate'.")
    ] = False,
    cache: CacheFolder = None,
) -> None:
    """Measure retrieval, and agreement with the labels.

    Retrieval is that of the frozen target; the interpreter's contributions are compared with the labels.

    The data may be others than those of the fit, and labelled by another schema: what both schemas have is
    compared, the rest counts as unknown.
    """
    from attrimeter.figures import draw_evaluation, draw_reliability, evaluation_page, evaluation_text
    from attrimeter.workflows import evaluating

    place = _one_of(data, other)
    second = _second_figure(files.figure) if reweight and files.figure is not None else None
    outputs = Outputs(**vars(files), second_figure=second)
    with progress_bars() as make:
        evaluation = evaluating.evaluate(
            **vars(fitted), data=place, **vars(how), reweight=reweight, cache=cache, progress=make
        )
    outputs.deliver(
        evaluation,
        text=evaluation_text,
        page=evaluation_page,
        draw=draw_evaluation,
        draw_second=lambda found: draw_reliability(found.reweighting),  # type: ignore[arg-type]  # asked for with it alone
    )


def _second_figure(figure: Path) -> Path:
    """Where the reliability diagram goes: beside the figure of the scores. Raises SettingsError."""
    from attrimeter.storage import is_passed_through

    if is_passed_through(figure):
        raise SettingsError(
            f"--reweight draws a second figure beside {figure}, which is no file; name a .png or .svg file."
        )
    return figure.with_name(f"{figure.stem}-reliability{figure.suffix}")


def _one_of(data: Path | None, other: Path | None) -> Path:
    if data is not None and other is None:
        return data
    if other is not None and data is None:
        return other
    raise SettingsError(
        "Name one data set to evaluate on: either after the interpreter's folder, or with --data."
    )
