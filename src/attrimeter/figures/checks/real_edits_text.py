"""The editing of real pictures for the terminal: what the edits did, and who predicted it."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from attrimeter.figures.tables.layout import QUIET, lay_out_table
from attrimeter.figures.tables.view import Cell, Row, TableView, percent_cell, score_cell
from attrimeter.values.real_edits import RealEditScores


def real_edits_text(scores: RealEditScores) -> RenderableType:
    """Both tables for 80 columns, with 95 % intervals."""
    head = Text(f"{scores.target} on edited pictures of {scores.data}", style="bold")
    where = Text(f"edited where the maps of “{scores.located_by}” lie", style=QUIET)
    edits, predictions = _edit_table(scores), _prediction_table(scores)
    return Group(head, where, *lay_out_table(edits), *lay_out_table(predictions, intervals="beside"))


def _edit_table(scores: RealEditScores) -> TableView:
    rows = []
    for group, edits in scores.groups.items():
        shares = (edits.change, edits.size, edits.random_size, edits.nearer)
        numbers = (percent_cell(share, ends=0) for share in shares)
        rows.append(Row(group, (Cell(edits.edit), Cell(f"{edits.pairs:,}"), *numbers)))
    return TableView(
        title="What the edit took off the squared distance, in percent of it",
        columns=("group", "edit", "pairs", "change", "|change|", "elsewhere", "nearer"),
        rows=tuple(rows),
        caption="elsewhere: the same edit at a random place; nearer: pairs brought nearer",
        words=2,
    )


def _prediction_table(scores: RealEditScores) -> TableView:
    rows = []
    for group, edits in scores.groups.items():
        rows.append(Row(group, strong=True))
        for name, found in edits.predictions.items():
            cells = (score_cell(score, decimals=2) for score in (found.spearman, found.relative_error))
            rows.append(Row(f"  {name}", tuple(cells)))
    return TableView(
        title="Was the change predicted?",
        columns=("predicted by", "rank correlation", "relative error"),
        rows=tuple(rows),
        caption="a relative error of 1 is that of predicting no change at all",
    )
