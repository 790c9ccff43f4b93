"""Explaining pairs of images with a fitted interpreter."""

from __future__ import annotations

from attrimeter import explaining
from attrimeter.interpreter import Interpreter
from attrimeter.pixels import ImageSource
from attrimeter.values import PairExplanation


def explain_pair(
    interpreter: Interpreter, first: ImageSource, second: ImageSource, *, rival: ImageSource | None = None
) -> PairExplanation:
    """Why the target puts two images as far apart as it does; see ``attrimeter.explaining.explain_pair``."""
    name = interpreter.facts.get("target", {}).get("profile", "target")
    return explaining.explain_pair(interpreter, first, second, rival=rival, target_name=str(name))
