from __future__ import annotations

import math
from dataclasses import replace

from attrimeter.figures.evaluation.tables import (
    attribute_table,
    explainer_table,
    ranking_table,
    reliability_table,
    retrieval_table,
)
from attrimeter.figures.tables.view import Cell, TableView
from attrimeter.values import Score
from figures.examples import example_evaluation
from figures.reweighting_examples import FOUND

EVALUATION = example_evaluation()


def check_shape(view: TableView, names: list[str]) -> None:
    assert [row.name for row in view.rows] == names
    assert {len(row.cells) for row in view.rows} <= {len(view.columns) - 1}


def test_retrieval() -> None:
    view = retrieval_table(EVALUATION)
    check_shape(view, ["euclidean", "cosine"])
    assert view.rows[0].cells[0] == Cell("91.2", "89.1 to 93.3")
    assert view.rows[1].cells[3] == Cell("79.4", "77.0 to 81.8")
    assert view.caption == "in percent; 583 queries; 4 without a match left out"
    assert retrieval_table(replace(EVALUATION, retrieval={})).rows == ()


def test_rankings_with_gains() -> None:
    view = ranking_table(FOUND)
    check_shape(view, ["cosine distance", "largest share (strength 0.25)", "same-person model"])
    assert [row.strong for row in view.rows] == [False, False, True]
    assert view.rows[0].cells[:2] == (Cell(""), Cell(""))
    assert view.rows[1].cells[0] == Cell("−0.9", "−2.0 to 0.1")
    assert view.rows[2].cells == (
        Cell("+2.5", "1.1 to 3.9"),
        Cell("+1.5", "0.4 to 2.6"),
        Cell("47.2", "46.2 to 48.2"),
        Cell("68.4", "67.4 to 69.4"),
    )


def test_explainers() -> None:
    view = explainer_table(EVALUATION)
    check_shape(view, ["interpreter", "constant order", "attribute classifier"])
    assert [row.strong for row in view.rows] == [True, False, False]
    assert view.rows[0].cells[1] == Cell("74.2", "73.0 to 75.4")


def test_attributes_stand_by_their_difference_and_unknown_ones_last() -> None:
    rows = (replace(EVALUATION.rows[0], name="unknown", share_differs=math.nan), *EVALUATION.rows[1:])
    view = attribute_table(replace(EVALUATION, rows=rows))
    by_difference = sorted(rows[1:], key=lambda row: row.share_differs - row.share_common, reverse=True)
    check_shape(view, [*(row.name for row in by_difference), "unknown"])
    first = by_difference[0]
    numbers = (
        first.differs, first.share_differs, first.share_common, first.average_precision,
        first.reading_accuracy,
    )  # fmt: skip
    assert [cell.value for cell in view.rows[0].cells] == [f"{number:.1f}" for number in numbers]
    assert view.rows[-1].cells[1] == Cell("–")


def test_bins_that_hold_pairs() -> None:
    view = reliability_table(FOUND)
    filled = [entry for entry in FOUND.reliability if entry.weight > 0]
    assert len(view.rows) == len(filled) == len(FOUND.reliability) - 1
    assert [row.name for row in view.rows][:4] == ["0 to 7", "7 to 13", "13 to 20", "27 to 33"]
    assert view.rows[0].cells == (Cell("40.0"), Cell("3.3"), Cell("0.0", ""))
    share: Score = filled[4].observed
    assert view.rows[4].cells[2].value == f"{100 * share.value:.1f}"
    assert view.rows[4].cells[2].interval == f"{100 * share.low:.1f} to {100 * share.high:.1f}"
