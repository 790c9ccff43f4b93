from __future__ import annotations

from attrimeter.figures.tables.view import Cell, percent_cell, score_cell, verdict_cell
from attrimeter.values import Score
from figures.check_examples import UNKNOWN, around


def test_a_score_stands_with_its_interval() -> None:
    assert score_cell(Score(0.25, 0.2, 0.3125), decimals=2) == Cell("0.25", "0.20 to 0.31")
    assert score_cell(around(1.0, 1.5), signed=True, decimals=2) == Cell("+1.00", "−0.50 to 2.50")
    assert score_cell(Score(9.34, 5.2, 13.4), ends=0) == Cell("9.3", "5 to 13")
    assert percent_cell(Score(0.25, 0.2, 0.3125)) == Cell("25.0", "20.0 to 31.2")


def test_what_is_not_known_is_left_out() -> None:
    assert score_cell(Score(0.5, UNKNOWN.low, UNKNOWN.high)) == Cell("0.5")
    assert score_cell(UNKNOWN) == Cell("–") and score_cell(None) == Cell("")


def test_verdicts() -> None:
    assert [verdict_cell(holds) for holds in (True, False)] == [
        Cell("yes", tone="good"),
        Cell("no", tone="bad"),
    ]
