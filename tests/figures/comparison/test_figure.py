from __future__ import annotations

import numpy as np
import pytest

from attrimeter.figures.comparison.figure import draw_comparison
from attrimeter.figures.drawing.figure_files import render_figure
from figures.comparison_examples import COMPARISONS, example_comparison
from figures.figure_reading import colliding_texts, figure_texts, texts_outside


@pytest.mark.parametrize("name", COMPARISONS)
def test_every_text_can_be_read(name: str) -> None:
    figure = draw_comparison(COMPARISONS[name])
    assert colliding_texts(figure) == [] and texts_outside(figure) == []
    assert not any("nan" in text for text in figure_texts(figure))


def test_bars_and_intervals_are_the_shares() -> None:
    example = example_comparison()
    axes = draw_comparison(example).axes[0]
    scores = [s for found in (*example.differences, example.other) for s in (found.first, found.second)]
    assert [bar.get_width() for bar in axes.patches] == [score.value for score in scores]
    ranges = [line.get_xdata() for line in axes.lines[: len(scores)]]
    np.testing.assert_allclose(ranges, [[score.low, score.high] for score in scores])


def test_a_name_is_bold_where_the_difference_is_clear() -> None:
    example = example_comparison()
    labels = draw_comparison(example).axes[0].get_yticklabels()
    bold = {label.get_text() for label in labels if label.get_fontweight() == "bold"}
    assert bold == {found.name for found in example.differences if abs(found.difference.value) > 1.6}


def test_answers_are_stacked_and_named() -> None:
    figure = draw_comparison(example_comparison())
    stack = next(
        axes.patches
        for axes in figure.axes
        if [bar.get_width() for bar in axes.patches] == [391, 52, 23, 117]
    )
    assert [bar.get_x() for bar in stack] == [0, 391, 443, 466]
    assert {"391", "both", "52", "only plain", "23", "117"} <= set(figure_texts(figure))


def test_reasons_are_bars_in_the_colour_of_the_one_that_is_right() -> None:
    example = example_comparison()
    bars = draw_comparison(example).axes[-1].patches
    assert [bar.get_width() for bar in bars] == [reason.count for reason in example.reasons]
    colours = [bar.get_facecolor() for bar in bars]
    assert colours[0] == colours[2] != colours[1] == colours[3]


def test_the_same_comparison_gives_the_same_bytes() -> None:
    first, second = (render_figure(draw_comparison(example_comparison()), "svg") for _ in range(2))
    assert first == second
