"""What ``attrimeter evaluate --reweight`` might find: invented numbers for the tests of the figures."""

from __future__ import annotations

import math

from attrimeter.values import RetrievalScores, Score
from attrimeter.values.evaluation import RankingScores, ReliabilityBin, Reweighting

NONE = Score(math.nan, math.nan, math.nan)
BINS = 15


def ranking(rank1: float, mean_ap: float, gain: Score, gain_rank1: Score | None = None) -> RankingScores:
    scores = [Score(value, value - 1, value + 1) for value in (rank1, mean_ap)]
    retrieval = RetrievalScores(scores[0], NONE, NONE, scores[1], NONE, queries=10, skipped_queries=0)
    return RankingScores(retrieval, gain_ap=gain, gain_rank1=gain_rank1 or gain)


def reliability() -> tuple[ReliabilityBin, ...]:
    """Bins whose predictions are somewhat too sure; the fourth is empty, the first without an interval."""
    edges = [place / BINS for place in range(BINS + 1)]
    heights = [40.0, 5, 2, 0, 1, 1, 0.8, 0.8, 0.8, 1, 1.2, 1.6, 2.8, 6, 36]
    bins = []
    for low, high, height in zip(edges, edges[1:], heights, strict=False):
        middle = (low + high) / 2
        share = 0.1 + 0.8 * middle if 0 < low < edges[-2] else float(round(middle))
        score = Score(share, max(0.0, share - 0.07), min(1.0, share + 0.09))
        if low == 0:
            score = Score(share, math.nan, math.nan)
        if height == 0:
            middle, score = math.nan, NONE
        bins.append(ReliabilityBin(low, high, height / sum(heights), middle, score))
    return tuple(bins)


FOUND = Reweighting(
    base="cosine distance",
    rankings={
        "cosine distance": ranking(65.9, 43.4, Score(0.0, 0.0, 0.0)),
        "largest share": ranking(65.0, 43.0, Score(-0.9, -2.0, 0.1)),
        "same-person model": ranking(68.4, 47.2, Score(2.5, 1.1, 3.9), Score(1.5, 0.4, 2.6)),
    },
    strengths={"largest share": 0.25},
    calibration_error=Score(0.0213, 0.01, 0.03),
    brier=Score(0.081, 0.07, 0.09),
    reliability=reliability(),
    pairs=1_206_810,
    unseen=0.0008,
    calibrated_on="Market-1501",
)
