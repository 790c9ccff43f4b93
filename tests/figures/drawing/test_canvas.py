from __future__ import annotations

import matplotlib
import numpy as np
import pytest

from attrimeter.figures.drawing.canvas import Box, blank_figure, put_axes, put_picture, put_rule, put_text
from attrimeter.figures.drawing.figure_files import render_figure
from attrimeter.figures.evaluation.figure import draw_evaluation
from attrimeter.figures.pair.figure import draw_pair
from figures.examples import example_evaluation, example_explanation


def test_boxes_split_row_by_row_with_gaps() -> None:
    boxes = Box(1, 2, 5, 3).split(rows=2, columns=2, gap=1)
    assert boxes == (Box(1, 2, 2, 1), Box(4, 2, 2, 1), Box(1, 4, 2, 1), Box(4, 4, 2, 1))


def test_a_place_is_measured_from_the_top_left_in_inches() -> None:
    figure = blank_figure(10, 5)
    bounds = put_axes(figure, Box(1, 1, 2, 3)).get_position().bounds
    assert bounds == pytest.approx((0.1, 0.2, 0.2, 0.6))
    put_text(figure, 1, 1, "here", size=9)
    assert figure.texts[0].get_position() == pytest.approx((0.1, 0.8))


def test_text_is_taken_literally() -> None:
    figure = blank_figure(2, 1)
    put_text(figure, 0.1, 0.1, "$not math", size=9)
    assert not figure.texts[0].get_parse_math()


def test_a_picture_fills_its_box() -> None:
    figure = blank_figure(2, 2)
    put_picture(figure, Box(0.5, 0.5, 1, 1), np.full((10, 10, 3), (255, 0, 0), dtype=np.uint8))
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]
    red = (pixels == (255, 0, 0)).all(axis=2)
    assert red[52:148, 52:148].all()
    assert not red[:48].any() and not red[:, :48].any() and not red[152:].any()


def test_a_rule_is_drawn_where_it_is_put() -> None:
    figure = blank_figure(2, 2)
    put_rule(figure, (0, 2), (0.5, 0.5), colour="#000000", width=2)
    figure.canvas.draw()
    dark = np.asarray(figure.canvas.buffer_rgba())[..., 0] < 50
    assert set(np.flatnonzero(dark[:, 100])) <= {48, 49, 50, 51} and dark[:, 100].any()


def test_the_users_matplotlib_settings_change_nothing() -> None:
    plain = render_figure(draw_pair(example_explanation(), maps=1), "png")
    table = render_figure(draw_evaluation(example_evaluation()), "png")
    odd = {
        "axes.facecolor": "black",
        "text.color": "white",
        "font.size": 30,
        "axes.grid": True,
        "font.family": "serif",
        "image.origin": "lower",
        "savefig.facecolor": "red",
        "savefig.bbox": "tight",
    }
    with matplotlib.rc_context(odd):
        assert render_figure(draw_pair(example_explanation(), maps=1), "png") == plain
        assert render_figure(draw_evaluation(example_evaluation()), "png") == table
