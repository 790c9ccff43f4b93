"""The editing of real pictures for the terminal: what the edits did, and who foretold it."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from attrimeter.figures.tables.literal import LiteralTable
from attrimeter.figures.text.numerals import UNKNOWN, format_interval, format_score
from attrimeter.values import Score
from attrimeter.values.real_edits import RealEditScores

_QUIET = "grey58"


def real_edits_text(scores: RealEditScores) -> RenderableType:
    """Both tables for 80 columns, with 95 % intervals."""
    head = Text(f"{scores.target} on edited pictures of {scores.data}", style="bold")
    where = Text(f"edited where the maps of “{scores.located_by}” lie", style=_QUIET)
    return Group(head, where, Text(""), _edit_table(scores), Text(""), _prediction_table(scores))


def _edit_table(scores: RealEditScores) -> Table:
    table = _table("What the edit took off the squared distance, in percent of it", "group", "edit")
    for name in ("pairs", "change", "|change|", "elsewhere", "nearer"):
        table.add_column(name, justify="right")
    for group, edits in scores.groups.items():
        numbers = (edits.change, edits.size, edits.random_size, edits.nearer)
        table.add_row(group, edits.edit, f"{edits.pairs:,}", *(_cell(_percent(score)) for score in numbers))
    table.caption = "elsewhere: the same edit at a random place; nearer: pairs brought nearer"
    return table


def _prediction_table(scores: RealEditScores) -> Table:
    table = _table("Was the change foretold?", "predicted by")
    for name in ("rank correlation", "relative error"):
        table.add_column(name, justify="right")
    for group, edits in scores.groups.items():
        table.add_row(Text(group, style="bold"))
        for name, prediction in edits.predictions.items():
            table.add_row(f"  {name}", _line(prediction.spearman), _line(prediction.relative_error))
    table.caption = "a relative error of 1 is that of foretelling no change at all"
    return table


def _table(title: str, *words: str) -> Table:
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
    for name in words:
        table.add_column(name, overflow="ellipsis", no_wrap=True, max_width=30)
    return table


def _percent(score: Score) -> Score:
    return Score(100 * score.value, 100 * score.low, 100 * score.high)


def _cell(score: Score) -> Text:
    """The number, and its interval below."""
    interval = format_interval(score, decimals=0)
    cell = Text(format_score(score))
    return cell if interval == UNKNOWN else cell.append(f"\n{interval}", style=_QUIET)


def _line(score: Score) -> Text:
    """The number, and its interval beside it."""
    interval = format_interval(score, decimals=2)
    cell = Text(format_score(score, decimals=2))
    return cell if interval == UNKNOWN else cell.append(f"  ({interval})", style=_QUIET)
