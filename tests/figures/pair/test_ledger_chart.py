from __future__ import annotations

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from attrimeter.figures.drawing.canvas import Box, blank_figure
from attrimeter.figures.drawing.palette import BRINGS_TOGETHER, KEEPS_APART, UNEXPLAINED
from attrimeter.figures.pair.ledger import ledger_rows
from attrimeter.figures.pair.ledger_chart import MAX_BARS, draw_ledger
from attrimeter.values import PairExplanation
from figures.examples import example_explanation, identical_explanation, trusted_explanation
from figures.figure_reading import figure_texts


def draw_bars(explanation: PairExplanation) -> tuple[list[Rectangle], list[str]]:
    """The bars from top to bottom, and every text."""
    figure = blank_figure(6, 5)
    draw_ledger(figure, Box(0.2, 0.2, 5.6, 4.6), explanation)
    bars = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    return sorted(bars, key=lambda bar: bar.get_y()), figure_texts(figure)


def test_bars_reach_from_zero_to_their_contribution_and_sum_to_the_distance() -> None:
    explanation = example_explanation()
    bars, _ = draw_bars(explanation)
    assert len(bars) == MAX_BARS
    assert all(bar.get_x() == 0 for bar in bars)
    assert sum(bar.get_width() for bar in bars) == pytest.approx(explanation.distance)
    assert bars[0].get_width() == pytest.approx(explanation.groups["upper colour"])


def test_side_colour_and_sign_agree() -> None:
    bars, texts = draw_bars(example_explanation())
    for bar in bars:
        colour = to_hex(bar.get_facecolor()).upper()
        assert colour in ({KEEPS_APART, UNEXPLAINED} if bar.get_width() >= 0 else {BRINGS_TOGETHER})
    assert [to_hex(bar.get_facecolor()).upper() for bar in bars].count(UNEXPLAINED.upper()) == 1
    assert "+5.56" in texts and "−0.90" in texts


def test_without_negative_parts_only_one_direction_is_named() -> None:
    contributions = {"hat": 3.0, "bag": 1.0}
    _, texts = draw_bars(example_explanation(contributions=contributions, other=0.5))
    assert "keeps apart ▶" in texts and "◀ brings together" not in texts
    _, texts = draw_bars(example_explanation())
    assert "◀ brings together" in texts


def test_nothing_can_be_drawn_too() -> None:
    bars, texts = draw_bars(identical_explanation())
    assert all(bar.get_width() == 0 for bar in bars)
    assert texts.count("0 %") == MAX_BARS + 1


def test_intervals_are_thin_lines_from_end_to_end_and_in_view() -> None:
    explanation = trusted_explanation()
    figure = blank_figure(6, 5)
    draw_ledger(figure, Box(0.2, 0.2, 5.6, 4.6), explanation)
    axes = figure.axes[0]
    drawn = {tuple(line.get_xdata()) for line in axes.lines if line.get_linestyle() == "-"}
    shown = {row.interval for row in ledger_rows(explanation, limit=MAX_BARS) if row.interval is not None}
    assert len(shown) == 9 and shown <= drawn
    left, right = axes.get_xlim()
    assert all(left <= low and high <= right for low, high in shown)


def test_weak_groups_are_pale_and_tagged() -> None:
    explanation = trusted_explanation()
    bars, texts = draw_bars(explanation)
    rows = ledger_rows(explanation, limit=MAX_BARS)
    assert [bar.get_alpha() is not None for bar in bars] == [row.doubted for row in rows]
    assert texts.count("≈ weak") == 2
    assert "≈ weak" not in draw_bars(example_explanation())[1]
