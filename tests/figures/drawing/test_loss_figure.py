from __future__ import annotations

import numpy as np
import pytest

from attrimeter.figures.drawing.loss_figure import draw_losses
from figures.examples import example_history
from figures.figure_reading import colliding_texts, figure_texts, texts_outside


def test_curves_are_the_terms_by_epoch() -> None:
    history = example_history(5)
    train, validation = draw_losses(history).axes
    assert [line.get_label() for line in train.lines] == ["loss", "distillation", "prior"]
    assert [line.get_label() for line in validation.lines] == ["Ex_mAP_d"]
    np.testing.assert_array_equal(train.lines[1].get_xdata(), [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(
        train.lines[1].get_ydata(), [entry["train_distillation"] for entry in history]
    )


def test_epochs_that_lack_a_term_leave_a_hole_and_other_keys_are_passed_over() -> None:
    history = [{"train_a": 3.0, "seconds": 1.0}, {"train_b": 2.0}, {"train_a": 1.0}]
    train, validation = draw_losses(history).axes
    np.testing.assert_array_equal(train.lines[0].get_ydata(), [3.0, np.nan, 1.0])
    np.testing.assert_array_equal(train.lines[0].get_xdata(), [1, 2, 3])
    assert [line.get_label() for line in train.lines] == ["a", "b"] and not validation.lines


@pytest.mark.parametrize(
    ("values", "scale"), [([100.0, 1.0], "log"), ([2.0, 1.0], "linear"), ([100.0, 0.0], "linear")]
)
def test_losses_over_decades_get_a_logarithmic_axis(values: list[float], scale: str) -> None:
    assert draw_losses([{"train_loss": value} for value in values]).axes[0].get_yscale() == scale


def test_no_epochs_say_so() -> None:
    assert figure_texts(draw_losses([])).count("nothing recorded") == 2


@pytest.mark.parametrize("terms", [1, 9])
@pytest.mark.parametrize("epochs", [1, 60])
def test_every_text_can_be_read(terms: int, epochs: int) -> None:
    history = [
        {f"train_a longer term {term}": 1.0 + term + epoch for term in range(terms)}
        for epoch in range(epochs)
    ]
    figure = draw_losses(history)
    assert colliding_texts(figure) == []
    assert texts_outside(figure) == []


def test_nine_curves_look_different() -> None:
    lines = draw_losses([{f"train_{term}": float(term) for term in range(9)}]).axes[0].lines
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 9
