"""The table of rankings as a reader sees it."""

from __future__ import annotations

import re
from dataclasses import replace

from rich.console import Console

from attrimeter.figures.evaluation.text import evaluation_text
from attrimeter.values.evaluation import Reweighting
from figures.examples import example_evaluation
from figures.reweighting_examples import FOUND


def written(found: Reweighting = FOUND) -> str:
    console = Console(width=80, record=True, file=None)
    with console.capture() as captured:
        console.print(evaluation_text(replace(example_evaluation(), reweighting=found)))
    whole = captured.get()
    return whole[whole.index("Rankings of the gallery") :]


def test_every_ranking_stands_beside_its_gain() -> None:
    text = written()
    lines = text.splitlines()
    place = next(at for at, line in enumerate(lines) if line.startswith("same-person model"))
    assert lines[place].split()[2:] == ["+2.5", "+1.5", "47.2", "68.4"]
    assert lines[place + 1].split("  ")[-4].strip() == "1.1 to 3.9" and "−2.0 to 0.1" in text
    assert re.search(r"^largest share \(strength\b.*\n0\.25\)", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) <= 80
    base = next(line for line in lines if line.startswith("cosine"))
    assert base.split() == ["cosine", "distance", "43.4", "65.9"]


def test_foreign_pairs_are_warned_of() -> None:
    warning = " ".join(written(replace(FOUND, unseen=0.4)).split())
    assert (
        "Warning: 40 % of these pairs are out of distribution" in warning
        and "calibrate on data like these" in warning
    )
    assert "Warning" not in written(replace(FOUND, unseen=0.02))


def test_calibration_is_said_in_a_sentence() -> None:
    said = " ".join(written().split())
    assert "calibrated on Market-1501: off by 2.1 points on average (ECE; Brier score 0.081;" in said
    assert "0.08 % of the pairs are out of distribution" in said
