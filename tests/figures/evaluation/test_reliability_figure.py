from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgb

from attrimeter.figures.drawing.figure_files import render_figure
from attrimeter.figures.evaluation.reliability_figure import draw_reliability
from attrimeter.values.evaluation import Reweighting
from figures.figure_reading import colliding_texts, figure_texts, texts_outside
from figures.reweighting_examples import FOUND, NONE

EMPTY = tuple(
    replace(entry, weight=math.nan, predicted=math.nan, observed=NONE) for entry in FOUND.reliability
)
CASES = {
    "full": FOUND,
    "one bin": replace(FOUND, reliability=FOUND.reliability[7:8]),
    "nothing": replace(FOUND, reliability=EMPTY, calibration_error=NONE, brier=NONE, pairs=0),
}


@pytest.mark.parametrize("case", CASES)
def test_every_text_can_be_read(case: str) -> None:
    figure = draw_reliability(CASES[case])
    assert [pair for pair in colliding_texts(figure) if pair != ("0", "0")] == []
    assert texts_outside(figure) == []


@pytest.mark.parametrize("case", ["full", "one bin"])
def test_points_and_intervals_are_the_bins(case: str) -> None:
    found = CASES[case]
    filled = [entry for entry in found.reliability if entry.weight > 0]
    diagram = draw_reliability(found).axes[0]
    points = next(c for c in diagram.collections if isinstance(c, PathCollection))
    expected = [(100 * entry.predicted, 100 * entry.observed.value) for entry in filled]
    np.testing.assert_allclose(points.get_offsets(), expected)
    lines = next(c for c in diagram.collections if isinstance(c, LineCollection))
    known = [entry for entry in filled if math.isfinite(entry.observed.low)]
    drawn = [ends for ends in lines.get_segments() if len(ends) == 2 and np.isfinite(ends).all()]
    np.testing.assert_allclose(
        np.array(drawn),
        [[(100 * e.predicted, 100 * end) for end in (e.observed.low, e.observed.high)] for e in known],
    )
    white = [bool(np.all(colour[:3] == 1)) for colour in points.get_facecolor()]
    assert white == [entry not in known for entry in filled]


def test_columns_are_the_pairs_of_one_person_and_of_two() -> None:
    counts = draw_reliability(FOUND).axes[1]
    bars = [(bar.get_x() + bar.get_width() / 2, bar.get_y(), bar.get_height()) for bar in counts.patches]
    filled = [entry for entry in FOUND.reliability if entry.weight > 0]
    expected = []
    for entry in filled:
        expected.append((50 * (entry.low + entry.high), 0.0, 100 * entry.weight * entry.observed.value))
    for entry in filled:
        same = 100 * entry.weight * entry.observed.value
        expected.append((50 * (entry.low + entry.high), same, 100 * entry.weight - same))
    np.testing.assert_allclose(bars, expected, atol=1e-9)
    assert math.isclose(sum(bar.get_height() for bar in counts.patches), 100)
    assert to_rgb(counts.patches[0].get_facecolor()) != to_rgb(counts.patches[-1].get_facecolor())


def test_scores_stand_in_the_title() -> None:
    assert "ECE 2.1 points (1.0 to 3.0), Brier score 0.081 (0.070 to 0.090)" in texts(FOUND)
    assert "ECE –, Brier score –" in texts(CASES["nothing"])
    assert "no pairs to score" in texts(CASES["nothing"]) and "no pairs to score" not in texts(FOUND)


def test_equal_values_give_equal_bytes() -> None:
    assert render_figure(draw_reliability(FOUND), "svg") == render_figure(draw_reliability(FOUND), "svg")


def texts(found: Reweighting) -> list[str]:
    return figure_texts(draw_reliability(found))
