"""``attrimeter explain``: why a target puts two images as far apart as it does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrimeter.cli.option_groups import Files, MovedTarget, gathered
from attrimeter.cli.written import Outputs


@gathered
def explain(
    first: Annotated[Path, typer.Argument(help="An image of a person.")],
    second: Annotated[Path, typer.Argument(help="Another image.")],
    interpreter: Annotated[Path, typer.Option(help="The folder that 'attrimeter fit' wrote.")],
    moved: MovedTarget,
    files: Files,
    before: Annotated[
        Path | None,
        typer.Option(
            help="An image nearer to the first: say what would put the second before it, not what would "
            "make or break a match."
        ),
    ] = None,
) -> None:
    """Explain why two images are as far apart as they are.

    The explanation is in words and numbers, and on request a figure, a page or JSON.
    """
    from attrimeter.figures import draw_pair, pair_page, pair_text
    from attrimeter.workflows.explaining import explain_pair

    outputs = Outputs(**vars(files))
    explanation = explain_pair(interpreter, first, second, before=before, **vars(moved))
    outputs.deliver(explanation, text=pair_text, page=pair_page, draw=draw_pair)
