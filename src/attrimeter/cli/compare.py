"""``attrimeter compare``: two models on one data set, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attrimeter.cli.options import (
    Attributes,
    Cameras,
    Candidates,
    Device,
    Layout,
    MapCacheFolder,
    Page,
    Pictures,
    Schema,
    ScoresFigure,
    ScoresJson,
    camera_numbers,
    number,
    refuse_given,
)

if TYPE_CHECKING:
    from attrimeter.auditing.comparison import Contestant


def compare(
    first: Annotated[Path, typer.Argument(help="The interpreter's folder of one model.")],
    second: Annotated[Path, typer.Argument(help="The interpreter's folder of the other model.")],
    data: Annotated[Path, typer.Argument(help="A data set with queries and a gallery, labelled or not.")],
    first_target: Annotated[
        Path | None, typer.Option(help="The first target's checkpoint, if it has moved.")
    ] = None,
    second_target: Annotated[
        Path | None, typer.Option(help="The second target's checkpoint, if it has moved.")
    ] = None,
    schema: Schema = None,
    attributes: Attributes = None,
    layout: Layout = None,
    cameras: Cameras = None,
    candidates: Candidates = 400,
    seed: Annotated[int, number("seed", "Of the gallery images that are drawn.")] = 0,
    page: Page = None,
    pictures: Pictures = None,
    figure: ScoresFigure = None,
    json_file: ScoresJson = None,
    cache: MapCacheFolder = None,
    device: Device = "auto",
) -> None:
    """What two models rely on, which queries one of them alone answers rightly, and why."""
    from attrimeter.auditing.audit import AuditSettings
    from attrimeter.auditing.comparison import compare_models
    from attrimeter.auditing.pictures import comparison_paths, read_pictures
    from attrimeter.cli.progress import progress_bars
    from attrimeter.cli.understood import tell_understood
    from attrimeter.cli.written import Outputs
    from attrimeter.figures.comparison.figure import draw_comparison
    from attrimeter.figures.comparison.json import comparison_to_json
    from attrimeter.figures.comparison.page import comparison_page
    from attrimeter.figures.comparison.text import comparison_text

    if page is None:
        refuse_given({"--pictures": pictures}, "is about the page of --page; give both")
    outputs = Outputs(figure=figure, page=page, json_file=json_file)
    how = {"schema": schema, "layout": layout, "attributes": attributes, "cameras": camera_numbers(cameras)}
    sides = [
        _contestant(folder, moved, data, device, **how)
        for folder, moved in ((first, first_target), (second, second_target))
    ]
    settings = AuditSettings(candidates=candidates, seed=seed)
    tell_understood(sides[0].data)
    with progress_bars() as make:
        bars = [make(f"reading {side.name}") for side in sides]
        found = compare_models(*sides, settings=settings, cache=cache, progress=bars)
    outputs.deliver(
        found,
        text=comparison_text,
        document=comparison_to_json,
        page=lambda compared: comparison_page(
            compared, read_pictures(comparison_paths(compared), sides[0].data, wanted=pictures)
        ),
        draw=draw_comparison,
    )


def _contestant(folder: Path, moved: Path | None, data: Path, device: str, **how: object) -> Contestant:
    from attrimeter.auditing.comparison import Contestant
    from attrimeter.workflows.domains import open_for_interpreter
    from attrimeter.workflows.opening import open_fitted_target, open_interpreter

    target = open_fitted_target(folder, path=moved, device=device)
    interpreter = open_interpreter(folder, target)
    given = open_for_interpreter(data, interpreter, ranked=True, **how)  # type: ignore[arg-type]
    return Contestant(folder.resolve().name, target, interpreter, given.dataset, given.notes)
