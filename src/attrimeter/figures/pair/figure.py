"""The figure that people judge: two persons, where was looked, and what their distance is made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from attrimeter.errors import SettingsError
from attrimeter.figures.drawing.canvas import DPI, Box, blank_figure, plain_style, put_picture, put_text
from attrimeter.figures.drawing.overlay import enlarge_image, fit_size, overlay_pair
from attrimeter.figures.drawing.palette import MUTED, sign_colour
from attrimeter.figures.drawing.text_fit import shorten_to_width, wrap_to_width
from attrimeter.figures.pair.ledger import LedgerRow, top_groups
from attrimeter.figures.pair.ledger_chart import draw_ledger
from attrimeter.figures.pair.summary import summary_sentences
from attrimeter.figures.pair.trust import carries_card, trust_reasons
from attrimeter.figures.text.numerals import format_share
from attrimeter.values import PairExplanation

_WIDTH, _HEIGHT, _MARGIN = 11.0, 6.0, 0.3
_PICTURES, _LEDGER = (0.3, 4.2), (5.0, 5.7)
"""Where the two halves begin, and how wide they are, in inches."""
_LEGEND_Y, _LEGEND_LINE = 5.66, 0.14
_TRUST_SIZE, _TRUST_LINE = 8.5, 0.16
_CAPTION, _NAMES, _GAP = 0.24, 0.2, 0.06
_OVERSAMPLING = 2


def draw_pair(explanation: PairExplanation, *, maps: int = 3) -> Figure:
    """Draw the pair, the maps of the groups that matter most, and the ledger as bars; 1100 x 600 pixels.

    The bars are ordered by size and always include "other"; beyond ten the smallest are folded. To the
    right and orange keeps the two apart, to the left and blue brings them together. Each map is laid over
    both images at the same scale: bright where it is high, a white line at half of the brightest place.

    Args:
        explanation: the pair.
        maps: groups whose maps are shown, those with the largest contribution first; 0 shows none.

    Raises:
        SettingsError: a negative number of maps.
    """
    if maps < 0:
        raise SettingsError(f"A figure cannot show {maps} maps; give 0 or more.")
    shown = top_groups(explanation, maps)
    trust = _trust_lines(explanation)
    legend = _LEGEND_Y - _TRUST_LINE * len(trust)
    with plain_style():
        figure = blank_figure(_WIDTH, _HEIGHT)
        top = _write_title(figure, explanation) + 0.12
        pictures, ledger = (Box(x, top, width, legend - top - 0.1) for x, width in (_PICTURES, _LEDGER))
        columns = math.ceil((1 + len(shown)) / 2)
        cells = pictures.split(rows=2 if shown else 1, columns=columns, gap=0.16)
        _draw_images(figure, cells[0], explanation)
        for row, cell in zip(shown, cells[1:], strict=False):
            _draw_maps(figure, cell, explanation, row)
        draw_ledger(figure, ledger, explanation)
        _write_legend(figure, explanation, y=legend, with_maps=bool(shown))
        for number, line in enumerate(trust):
            y = legend + 2 * _LEGEND_LINE + 0.03 + _TRUST_LINE * number
            put_text(figure, _MARGIN, y, line, size=_TRUST_SIZE)
    return figure


def _write_title(figure: Figure, explanation: PairExplanation) -> float:
    """Write the summary, its first sentence large; returns where it ends, in inches from the top."""
    first, *rest = summary_sentences(explanation)
    y = 0.24
    for text, size, bold in ((first, 13.0, True), (" ".join(rest), 11.0, False)):
        for line in wrap_to_width(text, width=_WIDTH - 2 * _MARGIN, size=size, bold=bold):
            put_text(figure, _MARGIN, y, line, size=size, bold=bold)
            y += 1.5 * size / 72
    return y


def _draw_images(figure: Figure, cell: Box, explanation: PairExplanation) -> None:
    images = (explanation.first, explanation.second)
    box = _picture_box(cell)
    pictures = [enlarge_image(i.pixels, size=fit_size(i.pixels, box=box)) for i in images]
    put_text(figure, cell.x, cell.y, "The two images", size=9.5, bold=True)
    for image, place in zip(images, _put_pictures(figure, cell, pictures), strict=True):
        name = shorten_to_width(image.name, width=max(place.width - 0.08, 0.7), size=7.5)
        middle = place.x + place.width / 2
        put_text(figure, middle, place.y + place.height + 0.05, name, size=7.5, colour=MUTED, align="center")


def _draw_maps(figure: Figure, cell: Box, explanation: PairExplanation, row: LedgerRow) -> None:
    pictures = overlay_pair(explanation, row.name, box=_picture_box(cell))
    places = _put_pictures(figure, cell, pictures)
    edge = max(places[1].x + places[1].width, cell.x + 1.4)
    name = shorten_to_width(row.name, width=edge - cell.x - 0.6, size=9.5, bold=True)
    put_text(figure, cell.x, cell.y, name, size=9.5, bold=True)
    share = format_share(row.share, signed=True)
    put_text(
        figure, edge, cell.y, share, size=9.5, bold=True, colour=sign_colour(row.contribution), align="right"
    )


def _put_pictures(figure: Figure, cell: Box, pictures: Sequence[np.ndarray[Any, Any]]) -> tuple[Box, ...]:
    """Two pictures side by side at the cell's top left, on one base line; returns where they lie."""
    tallest = max(picture.shape[0] for picture in pictures) / (DPI * _OVERSAMPLING)
    x, base = cell.x, cell.y + _CAPTION + tallest
    places = []
    for picture in pictures:
        height, width = (side / (DPI * _OVERSAMPLING) for side in picture.shape[:2])
        places.append(Box(x, base - height, width, height))
        put_picture(figure, places[-1], picture)
        x += width + _GAP
    return tuple(places)


def _picture_box(cell: Box) -> tuple[int, int]:
    """Height and width in pixels that one of two pictures in ``cell`` may fill."""
    height, width = cell.height - _CAPTION - _NAMES, (cell.width - _GAP) / 2
    return int(height * DPI * _OVERSAMPLING), int(width * DPI * _OVERSAMPLING)


def _write_legend(figure: Figure, explanation: PairExplanation, *, y: float, with_maps: bool) -> None:
    maps = "Maps: bright where the attribute was read, white line at half of the peak."
    ledger = f"Target {explanation.target}, {explanation.form} form, {explanation.schema} attributes."
    if explanation.intervals:
        ledger += " Thin lines: 90 % intervals of the true parts."
    if not carries_card(explanation):
        ledger += f" Trust: {explanation.trust_label}."
    for text, (x, room) in ((maps if with_maps else "", _PICTURES), (ledger, _LEDGER)):
        for number, line in enumerate(wrap_to_width(text, width=room, size=7.5)):
            put_text(figure, x, y + _LEGEND_LINE * number, line, size=7.5, colour=MUTED)


def _trust_lines(explanation: PairExplanation) -> list[str]:
    """The label and its reasons where the interpreter carries a trust card; else nothing."""
    if not carries_card(explanation):
        return []
    text = f"Trust: {explanation.trust_label}. {trust_reasons(explanation)}"
    return wrap_to_width(text, width=_WIDTH - 2 * _MARGIN, size=_TRUST_SIZE)
