"""An evaluation for the terminal: tables with intervals, and the notes a reader must know."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from attrimeter.figures.evaluation.findings import INTERPRETER, compare_explainers
from attrimeter.figures.evaluation.reweighting_text import reweighting_text
from attrimeter.figures.tables.literal import LiteralTable
from attrimeter.figures.text.numerals import (
    UNKNOWN,
    format_completeness,
    format_interval,
    format_number,
    format_score,
)
from attrimeter.values import Evaluation, Score

_QUIET = "grey58"


def evaluation_text(evaluation: Evaluation) -> RenderableType:
    """Retrieval, explainers and attributes as tables for 80 columns, 95 % intervals below their numbers."""
    parts: list[RenderableType] = [
        Text(f"{evaluation.target} on {evaluation.data}", style="bold"),
        Text(
            f"{evaluation.form} form, attributes of {evaluation.schema}; all numbers in percent", style=_QUIET
        ),
    ]
    parts += [Text(f"Note: {note}", style="yellow") for note in evaluation.notes]
    if evaluation.retrieval:
        parts += [Text(""), _retrieval_table(evaluation)]
    if evaluation.attribution:
        parts += [Text(""), _attribution_table(evaluation)]
    if INTERPRETER in evaluation.attribution:
        parts.append(Text(compare_explainers(evaluation)))
    parts += [Text(""), _ledger_line(evaluation)]
    if evaluation.rows:
        parts += [Text(""), _attribute_table(evaluation)]
    if evaluation.reweighting is not None:
        parts.append(reweighting_text(evaluation.reweighting))
    return Group(*parts)


def _retrieval_table(evaluation: Evaluation) -> Table:
    table = _table("Retrieval by the frozen target", "distance", "rank-1", "rank-5", "rank-10", "mAP", "mINP")
    for metric, s in evaluation.retrieval.items():
        table.add_row(
            metric, *(_cell(score) for score in (s.rank1, s.rank5, s.rank10, s.mean_ap, s.mean_inp))
        )
    first = next(iter(evaluation.retrieval.values()))
    skipped = f", {first.skipped_queries:,} without a match left out" if first.skipped_queries else ""
    table.caption = f"{first.queries:,} queries{skipped}"
    return table


def _attribution_table(evaluation: Evaluation) -> Table:
    table = _table(
        "Which labels differ, read from the order of the parts",
        "explainer",
        "Ex_P_d",
        "Ex_mAP_d",
        "Ex_P_s",
        "Ex_mAP_s",
    )
    for name, s in evaluation.attribution.items():
        scores = (s.precision_exclusive, s.mean_ap_exclusive, s.precision_common, s.mean_ap_common)
        table.add_row(Text(name, style="bold" if name == INTERPRETER else ""), *(_cell(x) for x in scores))
    table.caption = (
        f"{max(s.pairs for s in evaluation.attribution.values()):,} pairs; d: differing, s: shared"
    )
    return table


def _attribute_table(evaluation: Evaluation) -> Table:
    table = _table(
        "Attributes over different-person pairs",
        "attribute",
        "differs",
        "share, differs",
        "share, common",
        "AP",
        "read right",
    )
    for row in evaluation.rows:
        numbers = (
            row.differs,
            row.share_differs,
            row.share_common,
            row.average_precision,
            row.reading_accuracy,
        )
        table.add_row(row.name, *(format_number(value, decimals=1) for value in numbers))
    return table


def _ledger_line(evaluation: Evaluation) -> Text:
    line = Text(f"Sums meet the distance to {format_completeness(evaluation.completeness)}; ")
    line.append(f"“other” carries {format_number(evaluation.mean_other_share, decimals=1)} % on average")
    if evaluation.gap is not None:
        line.append(
            f"; distillation gap {format_score(evaluation.gap)} % ({format_interval(evaluation.gap)})"
        )
    return line.append(".")


def _table(title: str, first: str, *numbers: str) -> Table:
    table = LiteralTable(
        title=title,
        title_justify="left",
        title_style="bold",
        caption_justify="left",
        caption_style=_QUIET,
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
    )
    table.add_column(first, overflow="ellipsis", no_wrap=True, max_width=26)
    for name in numbers:
        table.add_column(name, justify="right")
    return table


def _cell(score: Score) -> Text:
    interval = format_interval(score)
    cell = Text(format_score(score))
    return cell if interval == UNKNOWN else cell.append(f"\n{interval.replace(' to ', '–')}", style=_QUIET)
