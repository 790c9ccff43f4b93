"""Figures as PNG or SVG bytes, the same bytes for the same figure, and as files."""

from __future__ import annotations

import io
import os
import warnings
from pathlib import Path
from typing import Literal

import matplotlib
from matplotlib.figure import Figure

from attrimeter.errors import SettingsError
from attrimeter.figures.drawing.canvas import MISSING_GLYPH, plain_style
from attrimeter.figures.text.page_rendering import data_uri
from attrimeter.storage import is_passed_through, write_output

FigureFormat = Literal["png", "svg"]

_SALT = "attrimeter"
_NO_METADATA: dict[FigureFormat, dict[str, str | None]] = {
    "png": {"Software": None},
    "svg": {"Creator": None, "Date": None, "Format": None, "Type": None},
}


def render_figure(figure: Figure, form: FigureFormat) -> bytes:
    """``figure`` as PNG or SVG; free of dates and versions, so that equal figures give equal bytes."""
    stream = io.BytesIO()
    with (
        plain_style(),
        matplotlib.rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "path"}),
        warnings.catch_warnings(),
    ):
        warnings.filterwarnings("ignore", MISSING_GLYPH)
        figure.savefig(stream, format=form, dpi=figure.dpi, metadata=_NO_METADATA[form])
    return stream.getvalue()


def plot_source(figure: Figure, form: FigureFormat = "svg") -> str:
    """``figure`` as a ``data:`` address for a page; in pixels where it has too many points for a drawing."""
    return data_uri(render_figure(figure, form), "image/svg+xml" if form == "svg" else "image/png")


def figure_format(path: str | os.PathLike[str]) -> FigureFormat:
    """The format that a figure written to ``path`` has: as the suffix says, .png (at the figure's own
    resolution) or .svg; PNG for a device, a pipe or "-", which have no suffix.

    Raises SettingsError for another suffix.
    """
    suffix = Path(path).suffix.lower()
    if suffix == ".svg":
        return "svg"
    if suffix == ".png" or (not suffix and is_passed_through(path)):
        return "png"
    raise SettingsError(f"A figure cannot be written as {str(path)!r}; give a name ending in .png or .svg.")


def save_figure(path: str | os.PathLike[str], figure: Figure) -> None:
    """Write ``figure`` to ``path`` in the format that :func:`figure_format` tells.

    Raises:
        SettingsError: another suffix.
        StorageError: the file cannot be written.
    """
    write_output(path, render_figure(figure, figure_format(path)))
