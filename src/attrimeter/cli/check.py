"""``attrimeter check``: explanations where it is known what must come out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.benchmark import open_named
from attrimeter.cli.command import Command
from attrimeter.cli.gathered import gathered
from attrimeter.cli.option_groups import NamedTarget, RenderedPairs
from attrimeter.cli.options import Attributes, Device, FittedFolder, Layout, Schema, ScoresJson, number

check = typer.Typer(
    name="check",
    help="Check explanations where it is known what must come out.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@check.command(cls=Command)
@gathered
def sanity(
    target: NamedTarget,
    interpreter: FittedFolder,
    pairs: RenderedPairs,
    other_target: Annotated[
        Path | None, typer.Option(help="Another target of the same architecture.")
    ] = None,
    other_seed: Annotated[
        list[Path] | None,
        typer.Option(help="The same interpreter from another seed; may be repeated."),
    ] = None,
    shuffled: Annotated[
        Path | None, typer.Option(help="An interpreter made with 'attrimeter fit --shuffled'.")
    ] = None,
    json_file: ScoresJson = None,
) -> None:
    """Put an interpreter where it must fail, and see whether it does."""
    from attrimeter.benchmarking.sanity import check_sanity
    from attrimeter.cli.progress import progress_bars
    from attrimeter.cli.written import Outputs
    from attrimeter.figures.checks.sanity_text import sanity_text
    from attrimeter.figures.json_documents import to_json
    from attrimeter.workflows.opening import open_interpreter, open_target

    outputs = Outputs(json_file=json_file)
    opened = target.open()
    other = None
    if other_target is not None:
        other = open_target(other_target, metric=target.metric, device=target.device)
    fitted, *alike = (open_interpreter(folder, opened) for folder in (interpreter, *(other_seed or ())))
    with progress_bars() as make:
        findings = check_sanity(
            opened,
            fitted,
            other_target=other,
            other_seeds=alike,
            shuffled=None if shuffled is None else open_interpreter(shuffled, opened),
            pairs=pairs.counts,
            progress=make,
            **pairs.how,
        )
    outputs.deliver(findings, text=sanity_text, document=to_json)


@check.command(cls=Command)
@gathered
def changes(
    target: NamedTarget, interpreter: FittedFolder, pairs: RenderedPairs, json_file: ScoresJson = None
) -> None:
    """Make the changes that an interpreter says would turn a match or two ranks, and see whether they do."""
    from attrimeter.benchmarking.changes.check import check_changes
    from attrimeter.cli.progress import progress_bars
    from attrimeter.cli.written import Outputs
    from attrimeter.figures.checks.changes_text import changes_text
    from attrimeter.figures.json_documents import to_json
    from attrimeter.workflows.opening import open_interpreter

    outputs = Outputs(json_file=json_file)
    opened = target.open()
    fitted = open_interpreter(interpreter, opened)
    with progress_bars() as make:
        findings = check_changes(opened, fitted, pairs=pairs.counts, progress=make, **pairs.how)
    outputs.deliver(findings, text=changes_text, document=to_json)


@dataclass(frozen=True)
class PlantedPairs(RenderedPairs):
    """Fewer pairs: there are several targets."""

    pairs: Annotated[
        int, number("benchmark_pairs", "Pairs that each target is measured on.", option="--pairs")
    ] = 200


@check.command(cls=Command)
@gathered
def planted(
    folder: Annotated[
        Path, typer.Argument(help="A folder of planted targets, made with recipes/planted-targets.sh.")
    ],
    pairs: PlantedPairs,
    json_file: ScoresJson = None,
    device: Device = "auto",
) -> None:
    """Explain targets that were trained so that it is known what they see."""
    from attrimeter.benchmarking.planted import check_planted
    from attrimeter.cli.progress import progress_bars
    from attrimeter.cli.written import Outputs
    from attrimeter.figures.checks.planted_text import planted_text
    from attrimeter.figures.json_documents import to_json
    from attrimeter.values.planted import PlantedFindings
    from attrimeter.workflows.planted_folder import open_planted

    outputs = Outputs(json_file=json_file)
    cases = open_planted(folder, device=device)
    with progress_bars() as make:
        findings = check_planted(cases, pairs=pairs.many, progress=make, **pairs.how)
    outputs.deliver(findings, text=planted_text, document=lambda found: to_json(PlantedFindings(found)))


@dataclass(frozen=True)
class EditedPairs(RenderedPairs):
    """Pairs of real pictures."""

    pairs: Annotated[
        int,
        number("benchmark_pairs", "Pairs of each attribute group that are edited at most.", option="--pairs"),
    ] = 150


@check.command(cls=Command)
@gathered
def photographs(
    target: NamedTarget,
    interpreters: Annotated[
        list[Path],
        typer.Argument(
            metavar="interpreter", help="Folders that 'attrimeter fit' wrote; the first says where."
        ),
    ],
    data: Annotated[Path, typer.Argument(help="A labelled data set with queries and a gallery.")],
    pairs: EditedPairs,
    schema: Schema = None,
    attributes: Attributes = None,
    layout: Layout = None,
    json_file: ScoresJson = None,
) -> None:
    """Edit real pictures where an interpreter sees attributes, and see whether it predicts the change."""
    from attrimeter.benchmarking.real_images import edit_real_images
    from attrimeter.cli.progress import progress_bars
    from attrimeter.cli.written import Outputs
    from attrimeter.datasets.understanding import say_understood
    from attrimeter.figures.checks.real_edits_text import real_edits_text
    from attrimeter.figures.json_documents import to_json
    from attrimeter.workflows.opening import open_labelled

    outputs = Outputs(json_file=json_file)
    opened = target.open()
    named = open_named(interpreters, opened)
    dataset, _ = open_labelled(
        data, schema=schema or named[0][1].schema, layout=layout, attributes=attributes, strict=False
    )
    say_understood(dataset)
    with progress_bars() as make:
        scores = edit_real_images(opened, named, dataset, pairs=pairs.many, progress=make, **pairs.how)
    outputs.deliver(scores, text=real_edits_text, document=to_json)
