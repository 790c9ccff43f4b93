"""What explanations do for the ranking of a gallery, for the terminal."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.text import Text

from attrimeter.figures.evaluation.reweighting_findings import foreign_warning
from attrimeter.figures.tables.literal import LiteralTable
from attrimeter.figures.text.numerals import UNKNOWN, format_interval, format_number, format_score
from attrimeter.values.evaluation import Reweighting, Score

_QUIET = "grey58"


def reweighting_text(found: Reweighting) -> RenderableType:
    """The rankings as a table for 80 columns, gains with intervals, and what P(same person) is worth."""
    table = LiteralTable(
        title="Rankings of the gallery",
        title_justify="left",
        title_style="bold",
        caption=f"gain: over the {found.base}, in points, with its 95 % interval",
        caption_justify="left",
        caption_style=_QUIET,
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
    )
    table.add_column("ranking", overflow="fold", max_width=24)
    for name in ("rank-1", "mAP", "gain in rank-1", "gain in mAP"):
        table.add_column(name, justify="right")
    for name, scores in found.rankings.items():
        gains = ["", ""] if name == found.base else [_gain(s) for s in (scores.gain_rank1, scores.gain_ap)]
        retrieval = (scores.retrieval.rank1, scores.retrieval.mean_ap)
        table.add_row(_name(found, name), *(format_score(score) for score in retrieval), *gains)
    warning = foreign_warning(found)
    told = [Text(f"Warning: {warning}", style="yellow")] if warning else []
    return Group(Text(""), table, Text(""), *told, Text(_calibration(found)))


def _name(found: Reweighting, name: str) -> str:
    strength = found.strengths.get(name)
    return name if strength is None else f"{name} (strength {strength:g})"


def _gain(score: Score) -> str:
    sign = "+" if score.value > 0 else ""
    interval = format_interval(score)
    return sign + format_score(score) + ("" if interval == UNKNOWN else f" ({interval})")


def _calibration(found: Reweighting) -> str:
    error = format_number(100 * found.calibration_error.value, decimals=1)
    brier = format_number(found.brier.value, decimals=3)
    return (
        f"P(same person), calibrated on {found.calibrated_on}: off by {error} points on average (ECE; Brier "
        f"score {brier}; at even prior odds). {100 * found.unseen:.2f} % of the pairs are unlike all that "
        "calibration has seen."
    )
