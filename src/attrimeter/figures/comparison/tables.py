"""The tables of a comparison as words and numbers, the same for the terminal and for the page."""

from __future__ import annotations

from attrimeter.figures.comparison.words import display_names
from attrimeter.figures.tables.view import Cell, Row, TableView, score_cell
from attrimeter.figures.text.words import cut, excludes_zero
from attrimeter.values.comparison import Comparison, GroupDifference
from attrimeter.values.pair_explanation import OTHER

_NAME = 40
_DIFFERENCE = "difference"
_AT_ONCE = (
    "difference: first minus second, in points; the intervals hold all at once; bold: clearer than chance"
)


def retrieval_table(comparison: Comparison) -> TableView:
    """Rank-1 and mAP of both, and their differences."""
    first, second = display_names(comparison)
    rows = [
        Row(name, tuple(score_cell(score) for score in (audit.retrieval.rank1, audit.retrieval.mean_ap)))
        for name, audit in ((first, comparison.first), (second, comparison.second))
    ]
    scores = (comparison.rank1, comparison.mean_ap)
    clear = any(map(excludes_zero, scores))
    rows.append(Row(_DIFFERENCE, tuple(score_cell(score, signed=True) for score in scores), strong=clear))
    return TableView(
        title="How well they find persons",
        columns=("model", "rank-1", "mAP"),
        rows=tuple(rows),
        caption="in percent, with 95 % intervals; difference: first minus second, in points",
    )


def share_table(comparison: Comparison) -> TableView:
    """The share of every common group and of *other* in both."""
    rows = [_share_row(cut(found.name, _NAME), found) for found in comparison.differences]
    rows.append(_share_row(f"“{OTHER}”", comparison.other))
    return TableView(
        title="What they rely on: share of the distance between different persons, in percent",
        columns=("group", *display_names(comparison), _DIFFERENCE),
        rows=tuple(rows),
        caption=_AT_ONCE,
    )


def effect_table(comparison: Comparison) -> TableView:
    """What a difference in the labels makes of the share of every common group."""
    rows = tuple(
        Row(
            cut(found.name, _NAME),
            tuple(
                score_cell(score, signed=True)
                for score in (found.first_effect, found.second_effect, found.effect_difference)
            ),
            strong=excludes_zero(found.effect_difference),
        )
        for found in comparison.differences
    )
    return TableView(
        title="Where the labels differ: share there minus share where they are alike",
        columns=("group", *display_names(comparison), _DIFFERENCE),
        rows=rows,
        caption=_AT_ONCE,
    )


def disagreement_table(comparison: Comparison, *, most: int) -> TableView:
    """The first ``most`` queries that one model alone answers rightly."""
    names = dict(zip(("first", "second"), display_names(comparison), strict=True))
    shown = comparison.disagreements[:most]
    rows = tuple(
        Row(
            cut(found.query.name, _NAME),
            (
                Cell(names[found.right_in]),
                Cell(cut(found.right.name, _NAME)),
                Cell(cut(found.wrong.name, _NAME)),
            ),
        )
        for found in shown
    )
    left = len(comparison.disagreements) - len(shown)
    return TableView(
        title="Queries that one alone answers rightly",
        columns=("query", "found by", "the right picture", "taken by the other"),
        rows=rows,
        caption=f"{left:,} more are in the JSON" if left else "",
    )


def _share_row(name: str, found: GroupDifference) -> Row:
    cells = (
        score_cell(found.first),
        score_cell(found.second),
        score_cell(found.difference, signed=True),
    )
    return Row(name, cells, strong=excludes_zero(found.difference))
