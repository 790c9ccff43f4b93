"""Text made to fit: measured with the figure's own font, wrapped at words or shortened in the middle."""

from __future__ import annotations

import warnings
from functools import cache

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from attrimeter.figures.drawing.canvas import DPI, FONT, MISSING_GLYPH
from attrimeter.legible import legible

_ELLIPSIS = "…"


def text_width(text: str, *, size: float, bold: bool = False) -> float:
    """The width of ``text`` in inches, in the default font at ``size`` points."""
    font = FontProperties(family=FONT, size=size, weight="bold" if bold else "normal")
    shown = legible(text)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", MISSING_GLYPH)
        width, _, _ = _renderer().get_text_width_height_descent(shown, font, False)  # type: ignore[no-untyped-call]
    return float(width) / DPI


def wrap_to_width(text: str, *, width: float, size: float, bold: bool = False) -> list[str]:
    """``text`` in lines of at most ``width`` inches, broken at spaces (a longer word is shortened)."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size=size, bold=bold) <= width:
            lines[-1] = joined
        else:
            lines.append(shorten_to_width(word, width=width, size=size, bold=bold))
    return lines


def shorten_to_width(text: str, *, width: float, size: float, bold: bool = False) -> str:
    """``text``, or its beginning and end around an ellipsis where it is wider than ``width`` inches."""
    text = legible(" ".join(text.split()))
    if text_width(text, size=size, bold=bold) <= width:
        return text
    for kept in range(len(text) - 1, 0, -1):
        head, tail = (kept + 1) // 2, kept // 2
        shortened = text[:head] + _ELLIPSIS + text[len(text) - tail :]
        if text_width(shortened, size=size, bold=bold) <= width:
            return shortened
    return _ELLIPSIS


@cache
def _renderer() -> RendererAgg:
    return RendererAgg(1, 1, DPI)  # type: ignore[no-untyped-call]
