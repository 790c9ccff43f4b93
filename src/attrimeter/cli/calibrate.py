"""``attrimeter calibrate``: the model of "the same person" for a fitted interpreter."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.option_groups import DataOptions, Fitted, gathered
from attrimeter.cli.options import CacheFolder, Workers, number, refuse_given
from attrimeter.cli.progress import progress_bars
from attrimeter.cli.terminal import say


@gathered
def calibrate(
    fitted: Fitted,
    data: Annotated[Path, typer.Argument(help="A labelled data set; its training identities are used.")],
    how: DataOptions,
    cache: CacheFolder = None,
    changes: Annotated[
        bool,
        typer.Option(
            help="Also learn which changes would make or break a match, and how surely, from edits of "
            "rendered persons; takes minutes."
        ),
    ] = False,
    workers: Workers = 0,
    seed: Annotated[int, number("seed", "Seed of the draw of queries and candidates.")] = 0,
) -> None:
    """Learn how probable it is that two images show one person.

    It is learnt from distances, contributions and attributes of training persons.

    The model is kept in the interpreter's folder; 'attrimeter evaluate --reweight' ranks with it.
    """
    from attrimeter.workflows import calibrating

    if not changes:
        refuse_given("--workers", workers or None, "is about the renderings of --changes; give both")
    with progress_bars() as make:
        done = calibrating.calibrate(
            **vars(fitted),
            data=data,
            **vars(how),
            cache=cache,
            changes=changes,
            workers=workers,
            seed=seed,
            progress=make,
        )
    say(f"Calibrated on {done.persons} training persons of {done.data}.")
    say(f"Next: attrimeter evaluate {fitted.interpreter} {data} --reweight")
