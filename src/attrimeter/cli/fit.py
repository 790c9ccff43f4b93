"""``attrimeter fit``: from a target and a labelled data set to an interpreter folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def fit(
    target: Annotated[Path, typer.Argument(help="The target's checkpoint (.pth or .safetensors).")],
    data: Annotated[Path, typer.Argument(help="The data set's folder or CSV file.")],
    out: Annotated[Path, typer.Option(help="The interpreter folder to write.")],
    form: Annotated[str, typer.Option(help="How distances are split: exact or distilled.")] = "exact",
    trunk: Annotated[
        str, typer.Option(help="frozen reads the target's last map (light); own copies its deep layers.")
    ] = "frozen",
    hidden: Annotated[int, typer.Option(help="Channels of the interpreter's hidden map.")] = 256,
    epochs: Annotated[int, typer.Option(help="Passes over the images.")] = 12,
    batch_images: Annotated[int, typer.Option(help="Images per step; all their pairs are compared.")] = 64,
    learning_rate: Annotated[float, typer.Option(help="Highest learning rate.")] = 1e-3,
    validation_share: Annotated[
        float, typer.Option(help="Share of the identities held out to choose the epoch.")
    ] = 0.1,
    flips: Annotated[bool, typer.Option(help="Also fit on mirrored images.")] = True,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
    profile: Annotated[str | None, typer.Option(help="The target's profile, where it is not clear.")] = None,
    metric: Annotated[
        str | None, typer.Option(help="euclidean or cosine; the profile's own if not given.")
    ] = None,
    schema: Annotated[
        str | None, typer.Option(help="Attribute schema: a name or a YAML or TOML file.")
    ] = None,
    attributes: Annotated[
        Path | None, typer.Option(help="The attribute file, if not beside the data.")
    ] = None,
    layout: Annotated[str | None, typer.Option(help="The data set's layout, if not recognised.")] = None,
    allow_unlabelled: Annotated[
        bool, typer.Option(help="Leave out identities that the attribute file misses, instead of stopping.")
    ] = False,
    cache: Annotated[Path | None, typer.Option(help="Folder of the map cache.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    resume: Annotated[bool, typer.Option(help="Go on from the checkpoint in the folder.")] = False,
) -> None:
    """Fit an interpreter on a frozen target with a labelled data set."""
    from attrimeter.cli.fit_display import FitDisplay
    from attrimeter.fitting.settings import FitSettings
    from attrimeter.interpreter import InterpreterSettings
    from attrimeter.workflows.fitting import fit_interpreter
    from attrimeter.workflows.opening import open_labelled, open_target

    build = InterpreterSettings(form=form, trunk=trunk, hidden=hidden)
    settings = FitSettings(
        epochs=epochs,
        batch_images=batch_images,
        learning_rate=learning_rate,
        validation_share=validation_share,
        flips=flips,
        seed=seed,
    )
    opened = open_target(target, profile=profile, metric=metric, device=device)
    dataset, data_schema = open_labelled(
        data, schema=schema, layout=layout, attributes=attributes, strict=not allow_unlabelled
    )
    with FitDisplay(out) as display:
        display.announce(opened, dataset, build)
        fit_interpreter(
            opened,
            dataset.train,
            data_schema,
            out=out,
            target_path=target,
            data_name=dataset.name,
            settings=settings,
            build=build,
            cache=cache,
            resume=resume,
            listener=display.listener,
        )
        display.conclude()
