from __future__ import annotations

import pytest
from matplotlib.colors import to_rgb

from attrimeter.figures.drawing.palette import (
    BRINGS_TOGETHER,
    INK,
    KEEPS_APART,
    MUTED,
    PAPER,
    SERIES,
    UNEXPLAINED,
    sign_colour,
)


def relative_luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((relative_luminance(first), relative_luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", [KEEPS_APART, BRINGS_TOGETHER, UNEXPLAINED])
def test_bars_stand_out_from_the_paper(colour: str) -> None:
    assert contrast(colour, PAPER) >= 3


@pytest.mark.parametrize("colour", [INK, MUTED])
def test_text_can_be_read(colour: str) -> None:
    assert contrast(colour, PAPER) >= 4.5


def test_curves_have_different_colours() -> None:
    assert len(set(SERIES)) == len(SERIES)


def test_the_sign_chooses_the_colour_and_other_is_grey() -> None:
    assert sign_colour(1.0) == KEEPS_APART
    assert sign_colour(-1.0) == BRINGS_TOGETHER
    assert sign_colour(-1.0, unexplained=True) == UNEXPLAINED
