from __future__ import annotations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from attrimeter.figures.drawing.text_fit import shorten_to_width, text_width, wrap_to_width

LONG = "one quite long sentence that goes on and on until it needs several lines to be shown"


@pytest.mark.parametrize(("text", "size", "bold"), [("hello", 9, False), ("$100 a_b", 14, True)])
def test_the_width_is_what_a_figure_draws(text: str, size: float, bold: bool) -> None:
    figure = Figure(dpi=100)
    FigureCanvasAgg(figure)
    drawn = figure.text(
        0,
        0,
        text,
        fontsize=size,
        fontweight="bold" if bold else "normal",
        parse_math=False,
        family="DejaVu Sans",
    )
    assert text_width(text, size=size, bold=bold) == pytest.approx(
        drawn.get_window_extent().width / 100, abs=0.02
    )


def test_wrapping_keeps_every_word_and_the_width() -> None:
    lines = wrap_to_width(LONG, width=2.0, size=10)
    assert " ".join(lines) == LONG
    assert len(lines) > 1
    assert all(text_width(line, size=10) <= 2.0 for line in lines)


def test_nothing_to_wrap_is_no_line() -> None:
    assert wrap_to_width("", width=2.0, size=10) == []


def test_a_word_wider_than_the_line_is_shortened() -> None:
    lines = wrap_to_width("a " + "w" * 200, width=1.0, size=10)
    assert lines[0] == "a" and "…" in lines[1]
    assert text_width(lines[1], size=10) <= 1.0


def test_shortening_keeps_beginning_and_end() -> None:
    shortened = shorten_to_width("0001_c1s1_001051_00_with_a_tail.png", width=1.2, size=9)
    assert shortened.startswith("0001") and shortened.endswith(".png") and "…" in shortened
    assert text_width(shortened, size=9) <= 1.2


def test_what_fits_is_left_alone_but_for_line_breaks() -> None:
    assert shorten_to_width("two\nlines", width=3.0, size=9) == "two lines"


def test_no_room_at_all_leaves_the_ellipsis() -> None:
    assert shorten_to_width("hello", width=0.01, size=9) == "…"
