"""``attrimeter compare``: two models on one data set, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.gathered import gathered
from attrimeter.cli.option_groups import DataOptions
from attrimeter.cli.options import (
    Candidates,
    Device,
    MapCacheFolder,
    Page,
    Pictures,
    ScoresFigure,
    ScoresJson,
    number,
    refuse_given,
)


@gathered
def compare(
    first: Annotated[Path, typer.Argument(help="The interpreter's folder of one model.")],
    second: Annotated[Path, typer.Argument(help="The interpreter's folder of the other model.")],
    data: Annotated[Path, typer.Argument(help="A data set with queries and a gallery, labelled or not.")],
    how: DataOptions,
    first_target: Annotated[
        Path | None, typer.Option(help="The first target's checkpoint, if it has moved.")
    ] = None,
    second_target: Annotated[
        Path | None, typer.Option(help="The second target's checkpoint, if it has moved.")
    ] = None,
    candidates: Candidates = 400,
    seed: Annotated[int, number("seed", "Seed of the draw of gallery images.")] = 0,
    page: Page = None,
    pictures: Pictures = None,
    figure: ScoresFigure = None,
    json_file: ScoresJson = None,
    cache: MapCacheFolder = None,
    device: Device = "auto",
) -> None:
    """Compare two models on one data set.

    What each relies on, which queries one of them alone answers correctly, and why.
    """
    from attrimeter.auditing.pictures import comparison_paths, read_pictures
    from attrimeter.cli.progress import progress_bars
    from attrimeter.cli.written import Outputs
    from attrimeter.figures.comparison.figure import draw_comparison
    from attrimeter.figures.comparison.page import comparison_page
    from attrimeter.figures.comparison.text import comparison_text
    from attrimeter.figures.json_documents import to_json
    from attrimeter.workflows import auditing

    if page is None:
        refuse_given({"--pictures": pictures}, "is about the page of --page; give both")
    outputs = Outputs(figure=figure, page=page, json_file=json_file)
    with progress_bars() as make:
        found = auditing.compare(
            first,
            second,
            data,
            first_target=first_target,
            second_target=second_target,
            **vars(how),
            candidates=candidates,
            seed=seed,
            cache=cache,
            device=device,
            progress=make,
        )
    outputs.deliver(
        found,
        text=comparison_text,
        document=to_json,
        page=lambda compared: comparison_page(
            compared, read_pictures(comparison_paths(compared), data, wanted=pictures)
        ),
        draw=draw_comparison,
    )
