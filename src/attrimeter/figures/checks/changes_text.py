"""Checked counterfactual answers for the terminal: one table a question."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from attrimeter.figures.tables.layout import QUIET, lay_out_table, section
from attrimeter.figures.tables.view import Cell, Row, TableView, percent_cell
from attrimeter.figures.text.numerals import format_distance, format_number, format_share
from attrimeter.values.changes import ChangeFindings, ChangeQuestion

_QUESTIONS = {
    "match": "Which fewest attributes, were they alike, would make a match?",
    "no match": "Which fewest attributes, were they different, would break the match?",
    "swap": "Which fewest attributes, were they alike, would swap two ranks?",
}


def changes_text(findings: ChangeFindings) -> RenderableType:
    """What was asked, and how often the edit that was named really turned the pair."""
    limit = format_distance(findings.threshold)
    parts: list[RenderableType] = [
        Text(f"Counterfactual answers of up to {findings.most} attributes, checked by edits", style="bold"),
        Text(f"{findings.target}, a match up to distance {limit}, seed {findings.seed}", style=QUIET),
    ]
    for question in findings.questions:
        parts += [*section(_QUESTIONS[question.turn]), _say(question)]
        parts += lay_out_table(_table(question), intervals="beside", names=38)
    return Group(*parts, Text(_LEGEND, style=QUIET))


_LEGEND = (
    "works: share of the pairs that can be turned whose answer turns them; no answer counts as wrong. "
    "smallest: and no fewer groups would do. too many: mean excess of the answers that work. all: works "
    "among all answers, also about pairs that cannot be turned. In %; 95 % intervals, bootstrapped over "
    "identities. * uses the labels of which groups differ."
)


def _say(question: ChangeQuestion) -> Text:
    sizes = ", ".join(f"{count} by {size}" for size, count in sorted(question.sizes.items()))
    return Text(
        f"{question.possible} of {question.pairs} pairs can be turned ({sizes or 'none'}). The smallest set "
        f"that is {format_share(question.sure)} sure is named, or the surest; promised on average: "
        f"{format_share(question.promised)}.",
        style=QUIET,
    )


def _table(question: ChangeQuestion) -> TableView:
    rows = tuple(
        Row(
            f"{line.name}{' *' if line.uses_labels else ''}",
            (
                percent_cell(line.works),
                percent_cell(line.smallest, decimals=0),
                Cell(format_number(line.excess.value, decimals=2)),
                Cell(format_number(100 * line.right.value, decimals=0)),
            ),
        )
        for line in question.lines
    )
    return TableView("", ("", "works", "smallest", "too many", "all"), rows)
