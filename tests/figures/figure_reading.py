"""Reading a figure back: its texts, where they lie, and whether they get in each other's way."""

from __future__ import annotations

from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def figure_texts(figure: Figure) -> list[str]:
    """Every text that the figure shows."""
    return [text.get_text() for text in _shown_texts(figure)]


def colliding_texts(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts whose boxes overlap by more than a pixel in both directions."""
    figure.canvas.draw()
    boxes = [(text.get_text(), text.get_window_extent()) for text in _shown_texts(figure)]
    return [(a, b) for (a, first), (b, second) in combinations(boxes, 2) if _overlap(first, second)]


def texts_outside(figure: Figure) -> list[str]:
    """Texts that reach over the edge of the sheet."""
    figure.canvas.draw()
    width, height = figure.get_size_inches() * figure.dpi
    return [
        text.get_text()
        for text in _shown_texts(figure)
        if (box := text.get_window_extent()).x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height
    ]


def _shown_texts(figure: Figure) -> list[Text]:
    hidden = {id(text) for axes in figure.axes for text in _hidden_texts(axes)}
    return [
        text
        for text in figure.findobj(Text)
        if text.get_text().strip() and text.get_visible() and id(text) not in hidden
    ]


def _hidden_texts(axes: Axes) -> list[Text]:
    """What matplotlib keeps and does not draw: axes that are switched off, ticks beyond the axis' ends."""
    if not axes.axison:
        return [text for text in axes.findobj(Text) if text not in axes.texts]
    hidden = []
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if not low <= tick.get_loc() <= high:
                hidden += [tick.label1, tick.label2]
    return hidden


def _overlap(first: Bbox, second: Bbox) -> bool:
    width = min(first.x1, second.x1) - max(first.x0, second.x0)
    height = min(first.y1, second.y1) - max(first.y0, second.y0)
    return width > 1 and height > 2
