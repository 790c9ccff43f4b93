"""Checked counterfactual answers as a run might have them."""

from __future__ import annotations

import math

from attrimeter.values import Score
from attrimeter.values.changes import FlipFindings, FlipLine, FlipQuestion


def around(value: float, width: float = 0.02) -> Score:
    return Score(value, value - width, value + width)


def example_line(name: str, flips: float, *, told: bool = False) -> FlipLine:
    return FlipLine(name, told, around(flips), around(flips / 2), around(0.75), 0.97, around(flips - 0.1))


def example_flips() -> FlipFindings:
    """The last question could not be put to any pair that can be flipped."""
    match, broken = (
        FlipQuestion(
            turn=turn,
            pairs=541,
            possible=372,
            sizes={1: 115, 2: 143, 3: 114},
            sure=0.95,
            promised=0.73,
            lines=(example_line("calibrated", 0.855), example_line("group average", 0.548, told=True)),
        )
        for turn in ("match", "no match")
    )
    unknown = Score(math.nan, math.nan, math.nan)
    nobody = FlipLine("calibrated", False, unknown, unknown, unknown, math.nan, unknown)
    swap = FlipQuestion("swap", 3, 0, {}, 0.7, math.nan, (nobody,))
    return FlipFindings("demo", "8c" * 32, 0, 18.4, 3, (match, broken, swap))  # type: ignore[arg-type]
