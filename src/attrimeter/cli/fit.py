"""``attrimeter fit``: from a target, rendered edits and labelled data to an interpreter folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.option_groups import DataOptions, NamedTarget, gathered
from attrimeter.cli.options import CacheFolder, Scene, Workers, names_in, number, words
from attrimeter.cli.progress import progress_bars
from attrimeter.cli.stopping import GO_ON, START_AGAIN, told_when_stopped
from attrimeter.cli.terminal import tell


@dataclass(frozen=True)
class FitOptions:
    """What is fitted, on what, and for how long."""

    form: Annotated[
        str,
        typer.Option(
            help="How distances are split: {attrimeter.interpreter:FORMS}.",
            autocompletion=names_in("attrimeter.interpreter:FORMS"),
        ),
    ] = "counterfactual"
    trunk: Annotated[
        str,
        typer.Option(
            help="frozen reads the target's last map (light); own copies its deep layers (not in "
            "every form).",
            autocompletion=words("frozen", "own"),
        ),
    ] = "frozen"
    hidden: Annotated[
        int | None,
        number("hidden", "Channels of the hidden map; the form's default if not given."),
    ] = None
    epochs: Annotated[
        int | None, number("epochs", "Passes over the data; the form's default if not given.")
    ] = None
    pairs: Annotated[
        int | None, number("pairs", "Rendered edit pairs to measure (forms fitted on them); usually 60,000.")
    ] = None
    batch_images: Annotated[
        int | None,
        number(
            "batch_images",
            "Images per step, all of whose pairs are compared (forms fitted on labelled images); usually 64.",
        ),
    ] = None
    learning_rate: Annotated[
        float | None, number("learning_rate", "Highest learning rate; the form's default if not given.")
    ] = None
    validation_share: Annotated[
        float | None,
        number(
            "validation_share",
            "Share of the identities, or of the edited persons, held out to choose the epoch; the form's "
            "default if not given.",
        ),
    ] = None
    mirrored: Annotated[bool, typer.Option(help="Also fit on mirrored images.")] = True
    mark: Annotated[
        bool,
        typer.Option(
            help="Edit persons with an identity mark on the backpack (forms fitted on rendered edits, "
            "planted targets)."
        ),
    ] = False
    scene: Scene = "standard"
    shuffled: Annotated[
        bool,
        typer.Option(
            help="Sanity check: assign the true contributions to random groups (forms fitted on rendered "
            "edits)."
        ),
    ] = False
    trust: Annotated[bool, typer.Option(help="Measure a trust card on rendered pairs at the end.")] = True
    seed: Annotated[int, number("seed", "Seed of everything random.")] = 0
    allow_unlabelled: Annotated[
        bool, typer.Option(help="Leave out identities that the attribute file misses, instead of stopping.")
    ] = False
    cache: CacheFolder = None
    workers: Workers = 0
    resume: Annotated[bool, typer.Option(help="Go on from the checkpoint in the folder.")] = False


@gathered
def fit(
    named: NamedTarget,
    out: Annotated[Path, typer.Option(help="The interpreter folder to write.")],
    how: DataOptions,
    options: FitOptions,
    data: Annotated[
        Path | None,
        typer.Argument(
            help="A labelled data set's folder or CSV file; a form fitted on rendered edits needs none."
        ),
    ] = None,
) -> None:
    """Fit an interpreter for a frozen target.

    It is fitted on rendered edits, on a labelled data set, or on both.
    """
    from attrimeter.targets.own_code import is_builder
    from attrimeter.workflows import fitting

    finished: list[object] = [None] if options.resume else []
    with told_when_stopped(lambda: GO_ON if finished else START_AGAIN), progress_bars() as make:
        fitting.fit(
            data=data,
            **vars(named),
            out=out,
            **vars(how),
            **vars(options),
            progress=make,
            on_epoch=finished.append,
        )
    tell(f"The interpreter is in {out}; its loss curves are in {out / 'losses.png'}.")
    builder = f" --target {named.target}" if is_builder(named.target) else ""
    tell(f"Next: attrimeter explain A.jpg B.jpg --interpreter {out}{builder}")
