from __future__ import annotations

import pytest

from attrimeter.figures.comparison.tables import (
    disagreement_table,
    effect_table,
    retrieval_table,
    share_table,
)
from attrimeter.figures.tables.view import Cell
from attrimeter.values import Score
from figures.comparison_examples import COMPARISONS, example_comparison


def written(score: Score, sign: str = "") -> Cell:
    """A cell written the slow way."""

    def number(value: float) -> str:
        return "0.0" if abs(value) < 0.05 else f"{value:.1f}".replace("-", "−")

    plus = sign if score.value > 0 else ""
    return Cell(plus + number(score.value), f"{number(score.low)} to {number(score.high)}")


def test_shares_and_effects_are_those_of_the_groups() -> None:
    example = example_comparison()
    shares, effects = share_table(example), effect_table(example)
    assert shares.columns == effects.columns == ("group", "plain", "backpack lover", "difference")
    for found, row in zip((*example.differences, example.other), shares.rows, strict=True):
        assert row.cells == (written(found.first), written(found.second), written(found.difference, "+"))
        assert row.strong == (found.difference.low > 0 or found.difference.high < 0)
    assert shares.rows[-1].name == "“other”"
    for found, row in zip(example.differences, effects.rows, strict=True):
        scores = (found.first_effect, found.second_effect, found.effect_difference)
        assert row.name == found.name and row.cells == tuple(written(score, "+") for score in scores)


def test_retrieval_of_both_and_the_difference() -> None:
    example = example_comparison()
    first, second, difference = retrieval_table(example).rows
    for row, audit in ((first, example.first), (second, example.second)):
        assert row.cells == (written(audit.retrieval.rank1), written(audit.retrieval.mean_ap))
    assert difference.cells == (written(example.rank1, "+"), written(example.mean_ap, "+"))
    assert difference.strong


def test_disagreements_are_listed_up_to_a_limit() -> None:
    example = example_comparison()
    view = disagreement_table(example, most=3)
    assert len(view.rows) == 3 and view.caption == "5 more are in the JSON"
    assert view.rows[0].name == "a0_query.png"
    assert view.rows[0].cells == (Cell("plain"), Cell("a0_right.png"), Cell("a0_wrong.png"))
    assert view.rows[2].cells[0] == Cell("backpack lover")
    assert disagreement_table(example, most=8).caption == ""


@pytest.mark.parametrize("name", COMPARISONS)
def test_every_row_fills_every_column(name: str) -> None:
    given = COMPARISONS[name]
    for view in (
        share_table(given),
        effect_table(given),
        retrieval_table(given),
        disagreement_table(given, most=9),
    ):
        assert all(len(row.cells) + 1 == len(view.columns) for row in view.rows)
