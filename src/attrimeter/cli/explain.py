"""``attrimeter explain``: why a target puts two images as far apart as it does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.options import Device, MovedTarget, MovedWeights, Page


def explain(
    first: Annotated[Path, typer.Argument(help="An image of a person.")],
    second: Annotated[Path, typer.Argument(help="Another image.")],
    interpreter: Annotated[Path, typer.Option(help="The folder that 'attrimeter fit' wrote.")],
    before: Annotated[
        Path | None,
        typer.Option(
            help="An image nearer to the first: say what would put the second before it, not what would "
            "make or break a match."
        ),
    ] = None,
    target: MovedTarget = None,
    weights: MovedWeights = None,
    figure: Annotated[
        Path | None, typer.Option(help="Draw the explanation to this .png or .svg file.")
    ] = None,
    page: Page = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the numbers and maps as JSON.")
    ] = None,
    device: Device = "auto",
) -> None:
    """Explain why two images are as far apart as they are.

    The explanation is in words and numbers, and on request a figure, a page or JSON.
    """
    from attrimeter.cli.written import Outputs
    from attrimeter.figures import draw_pair, to_json
    from attrimeter.figures.pair.page import pair_page
    from attrimeter.figures.pair.text import pair_text
    from attrimeter.workflows.explaining import explain_pair

    outputs = Outputs(figure=figure, page=page, json_file=json_file)
    explanation = explain_pair(
        interpreter, first, second, before=before, target=target, weights=weights, device=device
    )
    outputs.deliver(explanation, text=pair_text, document=to_json, page=pair_page, draw=draw_pair)
