"""How a fitting went: losses and validation scores by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter, StrMethodFormatter

from attrimeter.figures.drawing.canvas import Box, blank_figure, plain_style, put_axes, put_text, style_axes
from attrimeter.figures.drawing.palette import MUTED, SERIES
from attrimeter.legible import legible

_TRAIN, _VALIDATION = "train_", "validation_"
_NAMES = {"ex_map_d": "Ex_mAP_d", "other": "share of “other”", "gap": "distillation gap"}
"""Scores that need other words than their key."""
_STYLES = ("-", "--", ":", "-.")


def draw_losses(history: Sequence[Mapping[str, float]]) -> Figure:
    """Draw a fitting's history: left the training terms, right the validation scores, both by epoch.

    Args:
        history: one mapping per epoch. Keys "train_<term>" are curves of the left panel, "validation_<score>"
            (in percent) of the right one; "epoch", where given, is the place on the axis (else 1, 2, ...);
            other keys are passed over. A key may be missing in some epochs. Without any, panels stay empty.
    """
    with plain_style():
        figure = blank_figure(11.0, 4.4)
        for x, title, prefix in (
            (0.75, "Training losses", _TRAIN),
            (6.25, "Validation, in percent", _VALIDATION),
        ):
            put_text(figure, x - 0.45, 0.25, title, size=11, bold=True)
            _draw_panel(put_axes(figure, Box(x, 1.1, 4.45, 2.7)), history, prefix)
    return figure


def _draw_panel(axes: Axes, history: Sequence[Mapping[str, float]], prefix: str) -> None:
    epochs = np.array([entry.get("epoch", place + 1) for place, entry in enumerate(history)])
    keys = list(dict.fromkeys(key for entry in history for key in entry if key.startswith(prefix)))
    curves = {key: np.array([entry.get(key, np.nan) for entry in history], dtype=float) for key in keys}
    for place, (key, values) in enumerate(curves.items()):
        axes.plot(
            epochs,
            values,
            color=SERIES[place % len(SERIES)],
            linestyle=_STYLES[place // len(SERIES) % len(_STYLES)],
            linewidth=1.8,
            marker="o" if len(history) < 30 else None,
            markersize=3.5,
            label=_label(key.removeprefix(prefix)),
        )
    style_axes(axes, grid="y", bottom=True)
    if prefix == _TRAIN and _spans_decades(curves):
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("epoch", fontsize=9, color=MUTED)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if keys:
        legend = axes.legend(
            loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=3, frameon=False, fontsize=8.5, borderpad=0
        )
        for words in legend.get_texts():
            words.set_parse_math(False)
    else:
        axes.text(0.5, 0.5, "nothing recorded", transform=axes.transAxes, ha="center", color=MUTED)


def _label(name: str) -> str:
    return _NAMES.get(name, legible(name.replace("_", " ")))


def _spans_decades(curves: Mapping[str, np.ndarray]) -> bool:
    """Whether all values are positive and span more than a factor of 30."""
    values = np.concatenate([curve[np.isfinite(curve)] for curve in curves.values()] or [np.zeros(0)])
    return bool(values.size and values.min() > 0 and values.max() > 30 * values.min())
