"""``attrimeter evaluate``: scores of a target and its interpreter on a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    interpreter: Annotated[Path, typer.Argument(help="The folder that 'attrimeter fit' wrote.")],
    data: Annotated[Path, typer.Argument(help="A data set with queries and a gallery.")],
    target: Annotated[
        Path | None,
        typer.Option(
            help="The target's checkpoint, if it has moved; or the package.module:function of yours."
        ),
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="Weights for a target of your own code, if they have moved.")
    ] = None,
    schema: Annotated[
        str | None, typer.Option(help="Attribute schema: a name or a YAML or TOML file.")
    ] = None,
    attributes: Annotated[
        Path | None, typer.Option(help="The attribute file, if not beside the data.")
    ] = None,
    layout: Annotated[str | None, typer.Option(help="The data set's layout, if not recognised.")] = None,
    figure: Annotated[Path | None, typer.Option(help="Draw the scores to this .png or .svg file.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the scores as JSON.")] = None,
    cache: Annotated[Path | None, typer.Option(help="Folder of the map cache.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Retrieval of the frozen target, and how the interpreter's components agree with the labels."""
    from rich.console import Console

    from attrimeter.cli.progress import progress_bars
    from attrimeter.figures import draw_evaluation, evaluation_text, evaluation_to_json, save_figure
    from attrimeter.storage import write_json
    from attrimeter.workflows.evaluating import evaluate_interpreter
    from attrimeter.workflows.opening import open_fitted_target, open_interpreter, open_labelled

    opened_target = open_fitted_target(interpreter, path=target, weights=weights, device=device)
    opened = open_interpreter(interpreter, opened_target)
    dataset, _ = open_labelled(
        data, schema=schema or opened.schema, layout=layout, attributes=attributes, strict=False
    )
    with progress_bars() as make:
        evaluation = evaluate_interpreter(
            opened, opened_target, dataset, cache=cache, progress=make("evaluating")
        )
    Console().print(evaluation_text(evaluation))
    if figure is not None:
        save_figure(figure, draw_evaluation(evaluation))
    if json_file is not None:
        write_json(json_file, evaluation_to_json(evaluation))
    for path in (figure, json_file):
        if path is not None:
            typer.echo(f"wrote {path}", err=True)
