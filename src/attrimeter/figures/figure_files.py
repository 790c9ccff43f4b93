"""Figures as PNG or SVG bytes, the same bytes for the same figure, and as files."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Literal

import matplotlib
from matplotlib.figure import Figure

from attrimeter.errors import SettingsError
from attrimeter.figures.canvas import plain_style
from attrimeter.storage import write_bytes

FigureFormat = Literal["png", "svg"]

_SALT = "attrimeter"
_NO_METADATA: dict[FigureFormat, dict[str, str | None]] = {
    "png": {"Software": None},
    "svg": {"Creator": None, "Date": None, "Format": None, "Type": None},
}


def render_figure(figure: Figure, form: FigureFormat) -> bytes:
    """``figure`` as PNG or SVG; free of dates and versions, so that equal figures give equal bytes."""
    stream = io.BytesIO()
    with plain_style(), matplotlib.rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "path"}):
        figure.savefig(stream, format=form, dpi=figure.dpi, metadata=_NO_METADATA[form])
    return stream.getvalue()


def save_figure(path: str | os.PathLike[str], figure: Figure) -> None:
    """Write ``figure`` to ``path`` as its suffix says: .png (at the figure's own resolution) or .svg.

    Raises:
        SettingsError: another suffix.
        StorageError: the file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    if suffix == ".png":
        write_bytes(path, render_figure(figure, "png"))
    elif suffix == ".svg":
        write_bytes(path, render_figure(figure, "svg"))
    else:
        raise SettingsError(
            f"A figure cannot be written as {str(path)!r}; give a name ending in .png or .svg."
        )
