from __future__ import annotations

from attrimeter.figures.tables.check_table import check_table, score_cell, verdict_cell
from attrimeter.values import Score
from figures.check_examples import UNKNOWN


def test_a_score_stands_with_its_interval() -> None:
    assert score_cell(Score(0.25, 0.2, 0.3125), decimals=2).plain == "0.25  (0.20 to 0.31)"
    assert score_cell(Score(0.25, 0.2, 0.3125), decimals=1, scale=100).plain == "25.0  (20.0 to 31.2)"
    assert score_cell(Score(0.5, UNKNOWN.low, UNKNOWN.high), decimals=1).plain == "0.5"
    assert score_cell(UNKNOWN, decimals=1).plain == "–" and score_cell(None, decimals=1).plain == ""


def test_verdicts() -> None:
    assert [verdict_cell(holds).plain for holds in (True, False, None)] == ["yes", "no", ""]


def test_columns() -> None:
    table = check_table("name", "one", "two")
    assert [str(column.header) for column in table.columns] == ["name", "one", "two"]
    assert [column.justify for column in table.columns] == ["left", "right", "right"]
