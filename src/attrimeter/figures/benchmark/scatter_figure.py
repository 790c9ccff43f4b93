"""What explainers say of every pair against what was measured, one panel each."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from attrimeter.arrays import Array
from attrimeter.errors import SettingsError
from attrimeter.figures.benchmark.findings import FEW, MANY
from attrimeter.figures.drawing.canvas import Box, blank_figure, plain_style, put_axes, put_text, style_axes
from attrimeter.figures.drawing.palette import KEEPS_APART, MUTED, UNEXPLAINED
from attrimeter.figures.drawing.text_fit import shorten_to_width
from attrimeter.values import Attribution, MeasuredPairs

_COLUMNS, _SIDE, _GAP, _LEFT = 4, 2.3, 0.35, 0.85
_TOP, _BELOW = 1.4, 0.75
_RARE = 0.5
"""Percent of the points beyond each end of the axes; they are drawn on the edge."""


def draw_scatter(
    truth: MeasuredPairs,
    attributions: Sequence[Attribution],
    *,
    groups: Collection[str] | None = None,
    kinds: Collection[str] = (MANY, FEW),
) -> Figure:
    """Draw predicted against measured contributions, in percent of D^2 of their pair, a panel each.

    Orange points are groups that differ, grey ones groups that do not and so truly carry nothing; the closer
    to the diagonal the truer. All panels share one scale, which leaves out the rarest points: those are drawn
    on its edge. Pairs at distance zero are passed over.

    Args:
        truth: the measured pairs.
        attributions: of the same pairs.
        groups: only these; None means all.
        kinds: only pairs of these kinds.

    Raises:
        SettingsError: an attribution of another number of pairs or groups.
    """
    pairs = np.isin(truth.kinds, list(kinds)) & (truth.total > 0)
    chosen = np.array([groups is None or name in groups for name in truth.groups], dtype=bool)
    measured = _percent(truth.truth, truth, pairs, chosen)
    predicted = [_percent(_checked(attribution, truth), truth, pairs, chosen) for attribution in attributions]
    differs = truth.differs[pairs][:, chosen]
    low, high = _limits([measured, *predicted])
    columns = min(_COLUMNS, max(1, len(attributions)))
    rows = -(-max(1, len(attributions)) // columns)
    with plain_style():
        width = max(5.2, _LEFT + columns * (_SIDE + _GAP))
        figure = blank_figure(width, _TOP + rows * (_SIDE + _BELOW) - 0.35)
        put_text(figure, 0.3, 0.22, "What is said against what was measured", size=12, bold=True)
        put_text(figure, 0.3, 0.5, "percent of D²; across: measured, upwards: said", size=9, colour=MUTED)
        put_text(figure, 0.3, 0.7, "orange: the group differs; grey: it does not", size=9, colour=MUTED)
        for place, (attribution, values) in enumerate(zip(attributions, predicted, strict=True)):
            x = _LEFT + place % columns * (_SIDE + _GAP)
            y = _TOP + place // columns * (_SIDE + _BELOW)
            put_text(
                figure, x, y - 0.27, shorten_to_width(attribution.explainer, width=_SIDE, size=9.5), size=9.5
            )
            axes = put_axes(figure, Box(x, y, _SIDE, _SIDE))
            axes.set_xlim(low, high)
            axes.set_ylim(low, high)
            _draw_points(axes, measured, values, differs)
            if place % columns:
                axes.tick_params(labelleft=False)
    return figure


def _draw_points(
    axes: Axes,
    measured: Float[Array, "n groups"],
    predicted: Float[Array, "n groups"],
    differs: Bool[Array, "n groups"],
) -> None:
    low, high = axes.get_xlim()
    axes.plot([low, high], [low, high], color=MUTED, linewidth=0.8, zorder=1)
    for where, colour in ((~differs, UNEXPLAINED), (differs, KEEPS_APART)):
        across, up = (np.clip(values[where], low, high) for values in (measured, predicted))
        axes.scatter(across, up, s=7, color=colour, alpha=0.35, linewidth=0, rasterized=True, zorder=2)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5))
    style_axes(axes, grid="none", left=True, bottom=True)


def _percent(
    values: Float[Array, "n groups"], truth: MeasuredPairs, pairs: Bool[Array, " n"], chosen: Array
) -> Float[Array, "m chosen"]:
    return 100 * values[pairs][:, chosen] / truth.total[pairs, None]


def _checked(attribution: Attribution, truth: MeasuredPairs) -> Float[Array, "n groups"]:
    if attribution.contributions.shape != truth.truth.shape:
        raise SettingsError(
            f"The attribution of {attribution.explainer!r} is of shape {attribution.contributions.shape}, "
            f"the truth of {truth.truth.shape}; give attributions of the same pairs and groups."
        )
    return attribution.contributions


def _limits(values: Sequence[Array]) -> tuple[float, float]:
    ends = [np.percentile(v, [_RARE, 100 - _RARE]) for v in values if v.size]
    if not ends:
        return -1.0, 1.0
    low = min(0.0, *(float(end[0]) for end in ends))
    high = max(1.0, *(float(end[1]) for end in ends))
    margin = 0.04 * (high - low)
    return low - margin, high + margin
