"""``attrimeter audit``: what a model relies on over a data set, and where it fails."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.gathered import gathered
from attrimeter.cli.option_groups import DataOptions, Fitted
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
def audit(
    fitted: Fitted,
    data: Annotated[Path, typer.Argument(help="A data set with queries and a gallery, labelled or not.")],
    how: DataOptions,
    candidates: Candidates = 400,
    seed: Annotated[int, number("seed", "Seed of the draw of gallery images.")] = 0,
    page: Page = None,
    pictures: Pictures = None,
    figure: ScoresFigure = None,
    json_file: ScoresJson = None,
    cache: MapCacheFolder = None,
    device: Device = "auto",
) -> None:
    """Find what a model relies on, and where it fails.

    Also which wrong matches share an explanation, and for whom it works less well.
    """
    from attrimeter.auditing.pictures import audit_paths, read_pictures
    from attrimeter.cli.progress import progress_bars
    from attrimeter.cli.written import Outputs
    from attrimeter.figures.audit.figure import draw_audit
    from attrimeter.figures.audit.page import audit_page
    from attrimeter.figures.audit.text import audit_text
    from attrimeter.figures.json_documents import to_json
    from attrimeter.workflows import auditing

    if page is None:
        refuse_given({"--pictures": pictures}, "is about the page of --page; give both")
    outputs = Outputs(figure=figure, page=page, json_file=json_file)
    with progress_bars() as make:
        found = auditing.audit(
            **vars(fitted),
            data=data,
            **vars(how),
            candidates=candidates,
            seed=seed,
            cache=cache,
            device=device,
            progress=make,
        )
    outputs.deliver(
        found,
        text=audit_text,
        document=to_json,
        page=lambda audited: audit_page(audited, read_pictures(audit_paths(audited), data, wanted=pictures)),
        draw=draw_audit,
    )
