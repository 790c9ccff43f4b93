"""Checked counterfactual answers as a run might have them."""

from __future__ import annotations

import math

from attrimeter.values import Score
from attrimeter.values.changes import ChangeFindings, ChangeLine, ChangeQuestion


def around(value: float, width: float = 0.02) -> Score:
    return Score(value, value - width, value + width)


def example_line(name: str, works: float, *, uses_labels: bool = False) -> ChangeLine:
    return ChangeLine(
        name, uses_labels, around(works), around(works / 2), around(0.75), 0.97, around(works - 0.1)
    )


def example_changes() -> ChangeFindings:
    """The last question could not be put to any pair that can be turned."""
    match, broken = (
        ChangeQuestion(
            turn=turn,
            pairs=541,
            possible=372,
            sizes={1: 115, 2: 143, 3: 114},
            sure=0.95,
            promised=0.73,
            lines=(example_line("calibrated", 0.855), example_line("group average", 0.548, uses_labels=True)),
        )
        for turn in ("match", "no match")
    )
    unknown = Score(math.nan, math.nan, math.nan)
    nobody = ChangeLine("calibrated", False, unknown, unknown, unknown, math.nan, unknown)
    swap = ChangeQuestion("swap", 3, 0, {}, 0.7, math.nan, (nobody,))
    return ChangeFindings("demo", "8c" * 32, 0, 18.4, 3, (match, broken, swap))  # type: ignore[arg-type]
