from __future__ import annotations

import math

import pytest

from attrimeter.figures.drawing.canvas import Box, blank_figure, put_axes
from attrimeter.figures.drawing.points import (
    BAR_ROW,
    MOST_BARS,
    Bar,
    KeyEntry,
    draw_bars,
    draw_key,
    draw_point,
)
from attrimeter.values import Score
from figures.audit_examples import LONG, UNKNOWN, around
from figures.figure_reading import colliding_texts, figure_texts, texts_outside


def test_a_point_lies_on_its_interval_and_the_unknown_nowhere() -> None:
    axes = put_axes(blank_figure(2, 2), Box(0, 0, 2, 2))
    axes.set_xlim(0, 10)
    draw_point(axes, 3, around(5.0), "red")
    draw_point(axes, 4, Score(7.0, math.nan, math.nan), "red", filled=False)
    draw_point(axes, 5, UNKNOWN, "red")
    assert [tuple(c.get_offsets()[0]) for c in axes.collections] == [(5, 3), (7, 4)]
    assert [list(line.get_xdata()) for line in axes.lines] == [[3.5, 6.5]]


def test_words_and_numbers_never_meet_however_long() -> None:
    figure = blank_figure(4, 1 + BAR_ROW * 3)
    bars = [Bar(LONG, 1234567, 3.0, "red"), Bar("short", 0, math.nan, "grey"), Bar(LONG, 2, 5e6, "red")]
    draw_bars(figure, Box(0.2, 0.2, 3.6, BAR_ROW * 3), bars)
    assert colliding_texts(figure) == [] and texts_outside(figure) == []
    assert "1,234,567" in figure_texts(figure)
    assert figure.axes[0].get_xlim()[1] == 5e6


def test_bars_beyond_the_most_are_counted() -> None:
    figure = blank_figure(4, 1 + BAR_ROW * MOST_BARS)
    draw_bars(figure, Box(0.2, 0.2, 3.6, 4), [Bar("words", 3, 1.0, "red")] * (MOST_BARS + 2))
    assert len(figure.axes[0].patches) == MOST_BARS
    assert "upright line: expected by chance; 2 smaller ones left out" in figure_texts(figure)


def test_no_bars_leave_the_sheet_blank() -> None:
    figure = blank_figure(4, 2)
    draw_bars(figure, Box(0, 0, 4, 2), [])
    assert figure.axes == [] and figure_texts(figure) == []


@pytest.mark.parametrize("words", ["plain", LONG, "$x^2$"])
def test_a_key_fits_its_box(words: str) -> None:
    figure = blank_figure(4, 1)
    draw_key(figure, Box(0.1, 0.3, 3.8, 0.3), [KeyEntry(words, "red"), KeyEntry(words, "blue", filled=False)])
    assert colliding_texts(figure) == [] and texts_outside(figure) == []


def test_a_point_beyond_the_axis_is_a_number_at_its_end() -> None:
    figure = blank_figure(2, 2)
    axes = put_axes(figure, Box(0, 0, 2, 2))
    axes.set_xlim(-1, 10)
    draw_point(axes, 0, around(65.2), "red")
    draw_point(axes, 1, around(-7.0), "red")
    assert [tuple(c.get_offsets()[0]) for c in axes.collections] == [(10, 0), (-1, 1)]
    assert {"65.2", "−7.0"} <= set(figure_texts(figure)) and not axes.lines
