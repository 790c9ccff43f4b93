"""An evaluation for the terminal: tables with intervals, and the notes a reader must know."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from attrimeter.figures.evaluation.findings import INTERPRETER, compare_explainers
from attrimeter.figures.evaluation.reweighting_findings import foreign_warning
from attrimeter.figures.evaluation.tables import (
    attribute_table,
    explainer_table,
    ranking_table,
    retrieval_table,
)
from attrimeter.figures.tables.layout import QUIET, lay_out_table
from attrimeter.figures.text.numerals import (
    format_completeness,
    format_interval,
    format_number,
    format_score,
)
from attrimeter.values import Evaluation
from attrimeter.values.evaluation import Reweighting

_NAME = 26
"""The widest that a column of names grows."""


def evaluation_text(evaluation: Evaluation) -> RenderableType:
    """Retrieval, explainers and attributes as tables for 80 columns, 95 % intervals below their numbers."""
    parts: list[RenderableType] = [
        Text(f"{evaluation.target} on {evaluation.data}", style="bold"),
        Text(
            f"{evaluation.form} form, attributes of {evaluation.schema}; all numbers in percent", style=QUIET
        ),
    ]
    parts += [Text(f"Note: {note}", style="yellow") for note in evaluation.notes]
    if evaluation.retrieval:
        parts += lay_out_table(retrieval_table(evaluation), intervals="dashed", names=_NAME)
    if evaluation.attribution:
        parts += lay_out_table(explainer_table(evaluation), intervals="dashed", names=_NAME)
    if INTERPRETER in evaluation.attribution:
        parts.append(Text(compare_explainers(evaluation)))
    parts += [Text(""), _ledger_line(evaluation)]
    if evaluation.rows:
        parts += lay_out_table(attribute_table(evaluation), names=_NAME)
    if evaluation.reweighting is not None:
        parts += _rankings(evaluation.reweighting)
    return Group(*parts)


def _rankings(found: Reweighting) -> list[RenderableType]:
    """Every ranking of the gallery, and what P(same person) is worth."""
    warning = foreign_warning(found)
    told = [Text(f"Warning: {warning}", style="yellow")] if warning else []
    error = format_number(100 * found.calibration_error.value, decimals=1)
    brier = format_number(found.brier.value, decimals=3)
    probability = (
        f"P(same person), calibrated on {found.calibrated_on}: off by {error} points on average (ECE; Brier "
        f"score {brier}; at even prior odds). {100 * found.unseen:.2f} % of the pairs are out of "
        "distribution for calibration."
    )
    return [*lay_out_table(ranking_table(found), names=_NAME), Text(""), *told, Text(probability)]


def _ledger_line(evaluation: Evaluation) -> Text:
    line = Text(f"Sums meet the distance to {format_completeness(evaluation.completeness)}; ")
    line.append(f"“other” carries {format_number(evaluation.mean_other_share, decimals=1)} % on average")
    if evaluation.gap is not None:
        line.append(
            f"; distillation gap {format_score(evaluation.gap)} % ({format_interval(evaluation.gap)})"
        )
    return line.append(".")
