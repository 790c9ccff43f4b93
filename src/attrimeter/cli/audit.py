"""``attrimeter audit`` and ``compare``: what models rely on over a data set, and where they fail."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.option_groups import DataOptions, Files, Fitted, gathered
from attrimeter.cli.options import CacheFolder, Device, number, refuse_given
from attrimeter.cli.progress import progress_bars
from attrimeter.cli.written import Outputs

Data = Annotated[Path, typer.Argument(help="A data set with queries and a gallery, labelled or not.")]
Pictures = Annotated[
    bool | None,
    typer.Option(
        help="Whether the page shows the examples as pictures; by default only those of rendered persons."
    ),
]


@dataclass(frozen=True)
class AuditOptions(DataOptions):
    """How a data set is understood, and which pairs of it are read."""

    candidates: Annotated[int, number("candidates", "Gallery images that each query is compared with.")] = 400
    seed: Annotated[int, number("seed", "Seed of the draw of gallery images.")] = 0
    cache: CacheFolder = None


@gathered
def audit(fitted: Fitted, data: Data, how: AuditOptions, files: Files, pictures: Pictures = None) -> None:
    """Find what a model relies on, and where it fails.

    Also which wrong matches share an explanation, and for whom it works less well.
    """
    from attrimeter.auditing.pictures import audit_paths, read_pictures
    from attrimeter.figures import audit_page, audit_text, draw_audit
    from attrimeter.workflows import auditing

    outputs = _outputs(files, pictures)
    with progress_bars() as make:
        found = auditing.audit(**vars(fitted), data=data, **vars(how), progress=make)
    outputs.deliver(
        found,
        text=audit_text,
        page=lambda audited: audit_page(audited, read_pictures(audit_paths(audited), data, wanted=pictures)),
        draw=draw_audit,
    )


@dataclass(frozen=True)
class MovedTargets:
    """The targets of two interpreters where they have moved, and the device."""

    first_target: Annotated[
        Path | None, typer.Option(help="The first target's checkpoint, if it has moved.")
    ] = None
    second_target: Annotated[
        Path | None, typer.Option(help="The second target's checkpoint, if it has moved.")
    ] = None
    device: Device = "auto"


@gathered
def compare(
    first: Annotated[Path, typer.Argument(help="The interpreter's folder of one model.")],
    second: Annotated[Path, typer.Argument(help="The interpreter's folder of the other model.")],
    data: Data,
    how: AuditOptions,
    files: Files,
    targets: MovedTargets,
    pictures: Pictures = None,
) -> None:
    """Compare two models on one data set.

    What each relies on, which queries one of them alone answers correctly, and why.
    """
    from attrimeter.auditing.pictures import comparison_paths, read_pictures
    from attrimeter.figures import comparison_page, comparison_text, draw_comparison
    from attrimeter.workflows import auditing

    outputs = _outputs(files, pictures)
    with progress_bars() as make:
        found = auditing.compare(first, second, data, **vars(targets), **vars(how), progress=make)
    outputs.deliver(
        found,
        text=comparison_text,
        page=lambda compared: comparison_page(
            compared, read_pictures(comparison_paths(compared), data, wanted=pictures)
        ),
        draw=draw_comparison,
    )


def _outputs(files: Files, pictures: bool | None) -> Outputs:
    if files.page is None:
        refuse_given("--pictures", pictures, "is about the page of --page; give both")
    return Outputs(**vars(files))
