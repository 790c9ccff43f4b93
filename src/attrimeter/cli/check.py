"""``attrimeter check``: explanations where it is known what must come out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.command import Command
from attrimeter.cli.option_groups import Fitted, LabelOptions, MovedTarget, RenderedPairs, gathered
from attrimeter.cli.options import Device, JsonFile, number
from attrimeter.cli.progress import progress_bars
from attrimeter.cli.written import Outputs

check = typer.Typer(
    name="check",
    help="Check explanations where the result is known.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@check.command(cls=Command)
@gathered
def sanity(
    fitted: Fitted,
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
    json_file: JsonFile = None,
) -> None:
    """See whether an interpreter fails where it must.

    It is put beside another target, shuffled weights, and others of the same kind.
    """
    from attrimeter.figures import sanity_text
    from attrimeter.workflows import checking

    outputs = Outputs(json_file=json_file)
    with progress_bars() as make:
        findings = checking.check_sanity(
            **vars(fitted),
            **vars(pairs),
            other_target=other_target,
            other_seed=other_seed,
            shuffled=shuffled,
            progress=make,
        )
    outputs.deliver(findings, text=sanity_text)


@check.command(cls=Command)
@gathered
def changes(fitted: Fitted, pairs: RenderedPairs, json_file: JsonFile = None) -> None:
    """See whether the changes that are named really work.

    The interpreter names the fewest changes that would make or break a match, or swap two ranks; they are
    made on rendered persons, and the distance is measured.
    """
    from attrimeter.figures import changes_text
    from attrimeter.workflows import checking

    outputs = Outputs(json_file=json_file)
    with progress_bars() as make:
        findings = checking.check_changes(**vars(fitted), **vars(pairs), progress=make)
    outputs.deliver(findings, text=changes_text)


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
    json_file: JsonFile = None,
    device: Device = "auto",
) -> None:
    """Explain targets of which it is known what they see."""
    from attrimeter.figures import planted_text
    from attrimeter.workflows import checking

    outputs = Outputs(json_file=json_file)
    with progress_bars() as make:
        findings = checking.check_planted(folder, **vars(pairs), device=device, progress=make)
    outputs.deliver(findings, text=lambda found: planted_text(found.findings))


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
    interpreters: Annotated[
        list[Path],
        typer.Argument(
            metavar="interpreter",
            help="Folders that 'attrimeter fit' wrote, of one target; the first decides where to edit.",
        ),
    ],
    data: Annotated[Path, typer.Argument(help="A labelled data set with queries and a gallery.")],
    moved: MovedTarget,
    pairs: EditedPairs,
    how: LabelOptions,
    json_file: JsonFile = None,
) -> None:
    """See whether the effects of editing photographs are predicted.

    Real pictures are edited where the first interpreter sees attributes.
    """
    from attrimeter.figures import real_edits_text
    from attrimeter.workflows import checking

    outputs = Outputs(json_file=json_file)
    with progress_bars() as make:
        scores = checking.check_photographs(
            interpreters, data, **vars(moved), **vars(pairs), **vars(how), progress=make
        )
    outputs.deliver(scores, text=real_edits_text)
