from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import PathCollection

from attrimeter.figures.evaluation.figure import draw_evaluation
from attrimeter.values import AttributeRow, AttributionScores, Evaluation, Score
from figures.examples import example_evaluation
from figures.figure_reading import colliding_texts, figure_texts, texts_outside

UNKNOWN = Score(math.nan, math.nan, math.nan)
CASES: dict[str, Evaluation] = {
    "full": example_evaluation(),
    "one attribute": replace(example_evaluation(), rows=example_evaluation().rows[:1]),
    "nothing": replace(example_evaluation(), rows=(), attribution={}),
    "unknown": replace(
        example_evaluation(),
        attribution={"interpreter": AttributionScores(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, pairs=0)},
        rows=(AttributeRow("hat", math.nan, math.nan, math.nan, math.nan, math.nan),),
    ),
    "long names": replace(
        example_evaluation(),
        rows=tuple(
            replace(row, name="a very long attribute " + row.name) for row in example_evaluation().rows
        ),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_text_can_be_read(case: str) -> None:
    figure = draw_evaluation(CASES[case])
    assert colliding_texts(figure) == []
    assert texts_outside(figure) == []


def test_bars_are_the_scores_of_the_explainers() -> None:
    evaluation = CASES["full"]
    exclusive, common, _ = draw_evaluation(evaluation).axes
    for axes, field in ((exclusive, "mean_ap_exclusive"), (common, "mean_ap_common")):
        expected = [getattr(scores, field) for scores in evaluation.attribution.values()]
        assert [bar.get_width() for bar in axes.patches] == [score.value for score in expected]
        intervals = [list(line.get_xdata()) for line in axes.lines]
        assert intervals == [[score.low, score.high] for score in expected]


def test_points_are_the_shares_with_the_widest_difference_first() -> None:
    evaluation = CASES["full"]
    axes = draw_evaluation(evaluation).axes[2]
    common, differs = (c.get_offsets() for c in axes.collections if isinstance(c, PathCollection))
    expected = sorted(evaluation.rows, key=lambda row: row.share_common - row.share_differs)
    np.testing.assert_allclose(differs[:, 0], [row.share_differs for row in expected])
    np.testing.assert_allclose(common[:, 0], [row.share_common for row in expected])
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == [row.name for row in expected]


def test_what_is_not_known_is_marked() -> None:
    assert "–" in figure_texts(draw_evaluation(CASES["unknown"]))
