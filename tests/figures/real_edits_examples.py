"""What the editing of photographs might find."""

from __future__ import annotations

import math

from attrimeter.values import Score
from attrimeter.values.real_edits import GroupEdits, PredictionScores, RealEditScores

UNKNOWN = Score(math.nan, math.nan, math.nan)
COLOUR = GroupEdits(
    edit="recoloured",
    pairs=1150,
    change=Score(0.093, 0.052, 0.134),
    size=Score(0.128, 0.091, 0.17),
    random_size=Score(0.067, 0.05, 0.09),
    nearer=Score(0.77, 0.67, 0.87),
    predictions={
        "counterfactual": PredictionScores(Score(0.37, 0.15, 0.57), Score(1.04, 0.86, 1.33)),
        "group average x D^2": PredictionScores(Score(-0.08, -0.35, 0.16), Score(1.85, 1.4, 2.63)),
    },
)
OBJECT = GroupEdits(
    edit="filled",
    pairs=1,
    change=Score(-0.012, math.nan, math.nan),
    size=Score(0.012, math.nan, math.nan),
    random_size=Score(0.031, math.nan, math.nan),
    nearer=Score(0.0, math.nan, math.nan),
    predictions={"random region": PredictionScores(UNKNOWN, Score(0.7, math.nan, math.nan))},
)


def example_real_edits() -> RealEditScores:
    return RealEditScores(
        target="osnet_x0_25",
        target_fingerprint="ab" * 32,
        data="persons",
        located_by="counterfactual",
        seed=0,
        groups={"upper colour": COLOUR, "handbag": OBJECT},
    )
