"""The table of rankings as a reader sees it."""

from __future__ import annotations

import json
import math

from rich.console import Console

from attrimeter.figures.reweighting_text import reweighting_text, reweighting_to_json
from attrimeter.values import RetrievalScores, Score
from attrimeter.values.reweighting import RankingScores, Reweighting

NONE = Score(math.nan, math.nan, math.nan)


def ranking(rank1: float, mean_ap: float, gain: Score) -> RankingScores:
    scores = [Score(value, value - 1, value + 1) for value in (rank1, mean_ap)]
    retrieval = RetrievalScores(scores[0], NONE, NONE, scores[1], NONE, queries=10, skipped_queries=0)
    return RankingScores(retrieval, gain_ap=gain, gain_rank1=gain)


FOUND = Reweighting(
    base="cosine distance",
    rankings={
        "cosine distance": ranking(65.9, 43.4, Score(0.0, 0.0, 0.0)),
        "largest share": ranking(65.0, 43.0, Score(-0.9, -2.0, 0.1)),
        "same-person model": ranking(68.4, 47.2, Score(2.5, 1.1, 3.9)),
    },
    strengths={"largest share": 0.25},
    calibration_error=Score(0.0213, 0.01, 0.03),
    brier=Score(0.081, 0.07, 0.09),
    unseen=0.0008,
    calibrated_on="Market-1501",
)


def written() -> str:
    console = Console(width=80, record=True, file=None)
    with console.capture() as captured:
        console.print(reweighting_text(FOUND))
    return captured.get()


def test_every_ranking_stands_beside_its_gain() -> None:
    text = written()
    assert "68.4" in text and "+2.5 (1.1 to 3.9)" in text and "-0.9 (-2.0 to 0.1)" in text.replace("−", "-")
    assert "(strength 0.25)" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80
    base = next(line for line in text.splitlines() if line.startswith("cosine"))
    assert "to" not in base.split("43.4")[1]


def test_calibration_is_said_in_a_sentence() -> None:
    said = " ".join(written().split())
    assert "calibrated on Market-1501: off by 2.1 points on average (ECE; Brier score 8.1" in said
    assert "0.08 % of the pairs are unlike" in said


def test_json_holds_everything() -> None:
    plain = json.loads(json.dumps(reweighting_to_json(FOUND), allow_nan=False))
    assert plain["rankings"]["same-person model"]["gain_ap"] == {"value": 2.5, "low": 1.1, "high": 3.9}
    assert plain["rankings"]["largest share"]["retrieval"]["rank5"]["value"] is None
    assert plain["strengths"] == {"largest share": 0.25}
