"""Telling how far a walk of several steps is."""

from __future__ import annotations

from collections.abc import Callable

StepProgress = Callable[[str], Callable[[int, int], None]]
"""Given the name of a step it returns what is called with (done, total) of that step."""


def silent(step: str) -> Callable[[int, int], None]:
    """The progress of a step that nobody wants to know of."""
    return lambda done, total: None
