"""Explaining pairs of images with a fitted interpreter."""

from __future__ import annotations

import os

from attrimeter import explaining
from attrimeter.interpreter import Interpreter
from attrimeter.pixels import ImageSource
from attrimeter.targets import Target
from attrimeter.values import PairExplanation
from attrimeter.workflows.opening import open_interpreter


def explain_pair(
    interpreter: Interpreter | str | os.PathLike[str],
    first: ImageSource,
    second: ImageSource,
    *,
    before: ImageSource | None = None,
    target: Target | str | os.PathLike[str] | None = None,
    weights: str | os.PathLike[str] | None = None,
    device: str = "auto",
) -> PairExplanation:
    """Why the target puts two images as far apart as it does.

    Args:
        interpreter: fitted: open, or its folder.
        first, second: image files or uint8 arrays, H x W x 3.
        before: an image nearer to the first than the second is; with it the explanation says what would put
            the second before it, and without it what would make or break a match.
        target, weights, device: as for :func:`attrimeter.open_interpreter`.

    Returns:
        Signed contributions in units of the target's distance; attributes and *other* sum to it. With what
        the interpreter's trust card says of them, if it carries one.

    Raises:
        ImageError: a file or array that is not a person image.
        LedgerError: the contributions do not add up (never shown instead).
        SettingsError: the image of ``before`` is not nearer.
        InterpreterError: an image of ``before``, and a form of interpreter that does not predict changes; or
            as :func:`attrimeter.open_interpreter`.
    """
    opened = open_interpreter(interpreter, target, weights=weights, device=device)
    name = opened.facts.target.profile or "target"
    return explaining.explain_pair(opened, first, second, rival=before, target_name=str(name))
