"""The table of rankings as a reader sees it."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console

from attrimeter.figures.evaluation.reweighting_text import reweighting_text
from attrimeter.values.evaluation import Reweighting
from figures.reweighting_examples import FOUND


def written(found: Reweighting = FOUND) -> str:
    console = Console(width=80, record=True, file=None)
    with console.capture() as captured:
        console.print(reweighting_text(found))
    return captured.get()


def test_every_ranking_stands_beside_its_gain() -> None:
    text = written()
    assert "68.4" in text and "+2.5 (1.1 to 3.9)" in text and "-0.9 (-2.0 to 0.1)" in text.replace("−", "-")
    assert "(strength 0.25)" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80
    base = next(line for line in text.splitlines() if line.startswith("cosine"))
    assert "to" not in base.split("43.4")[1]


def test_foreign_pairs_are_warned_of() -> None:
    warning = " ".join(written(replace(FOUND, unseen=0.4)).split())
    assert "Warning: 40 % of these pairs are unlike" in warning and "calibrate on data like these" in warning
    assert "Warning" not in written(replace(FOUND, unseen=0.02))


def test_calibration_is_said_in_a_sentence() -> None:
    said = " ".join(written().split())
    assert "calibrated on Market-1501: off by 2.1 points on average (ECE; Brier score 0.081;" in said
    assert "0.08 % of the pairs are unlike" in said
