"""The tables of an audit as words and numbers, the same for the terminal and for the page."""

from __future__ import annotations

from dataclasses import dataclass

from attrimeter.figures.audit.words import has_labels
from attrimeter.figures.tables.view import Cell, Row, TableView, score_cell
from attrimeter.figures.text.numerals import UNKNOWN, format_number
from attrimeter.figures.text.words import cut, entry_words, excludes_zero
from attrimeter.values.audit import Audit, CameraPair, Disparity, PersonGroup
from attrimeter.values.evaluation import Score
from attrimeter.values.pair_explanation import OTHER

_NAME = 40


@dataclass(frozen=True)
class CameraMatrix:
    """The share of *other* by camera, in percent.

    Attributes:
        cameras: their numbers, in order.
        shares: query camera, gallery camera -> share; what was not looked at is left out.
    """

    cameras: tuple[int, ...]
    shares: dict[tuple[int, int], Score]

    def cell(self, query: int, gallery: int, *, decimals: int = 1) -> str:
        """A share as text; empty where the two cameras were not looked at."""
        share = self.shares.get((query, gallery))
        return "" if share is None else format_number(share.value, decimals=decimals)


def camera_matrix(audit: Audit) -> CameraMatrix:
    """Who lies before which two cameras, and how much of their distance no attribute carries."""
    cameras = sorted({number for pair in audit.cameras for number in (pair.query, pair.gallery)})
    shares = {
        (pair.query, pair.gallery): pair.shares[OTHER] for pair in audit.cameras if OTHER in pair.shares
    }
    return CameraMatrix(tuple(cameras), shares)


def group_table(audit: Audit) -> TableView:
    """What each attribute group carries; the columns on labels only where there are some."""
    labels = has_labels(audit)
    rows = []
    for group in audit.groups:
        cells = [score_cell(group.share)]
        if labels:
            cells += [score_cell(score) for score in (group.share_differs, group.share_alike)]
            cells += [score_cell(group.effect, signed=True), Cell(_percent(group.differs))]
        rows.append(Row(cut(group.name, _NAME), tuple(cells)))
    rest = (Cell(""),) * 4 if labels else ()
    rows.append(Row(f"“{OTHER}”", (score_cell(audit.other), *rest)))
    columns: tuple[str, ...] = ("group", "share")
    if labels:
        columns += ("labels differ", "labels alike", "effect", "pairs differ")
    caption = "percent of the distance between different persons, with 95 % intervals"
    if labels:
        caption += "; effect: where the labels differ minus where they are alike"
    return TableView("What the model relies on", columns, tuple(rows), caption)


def camera_table(audit: Audit) -> TableView:
    """Every pair of cameras: how far apart different persons lie, and what carries it."""
    return TableView(
        title="Every pair of cameras",
        columns=("query, gallery", "pairs", "distance", "“other”", "largest shares of groups"),
        rows=tuple(Row(f"{pair.query}, {pair.gallery}", _camera_cells(pair)) for pair in audit.cameras),
        caption="distance: mean over different persons, in percent of the mean over all cameras",
    )


def person_table(audit: Audit, *, shares: bool = True) -> TableView:
    """Retrieval by annotated group of persons, and on the page what its distances are made of."""
    columns = ("annotated as", "persons", "queries", "rank-1", "mAP")
    return TableView(
        title="By annotated group of persons",
        columns=(*columns, "largest shares") if shares else columns,
        rows=tuple(
            Row(person_name(group.attribute, group.words), _person_cells(group, shares=shares))
            for group in audit.person_groups
        ),
        caption="in percent, with 95 % intervals over identities",
    )


def disparity_table(audit: Audit) -> TableView:
    """Differences between annotated groups, in percent points; bold where one is clearer than chance."""
    return TableView(
        title="Differences between annotated groups",
        columns=("first minus second", "rank-1", "mAP"),
        rows=tuple(
            Row(
                disparity_name(found),
                tuple(score_cell(score, signed=True) for score in (found.rank1, found.mean_ap)),
                strong=is_clear(found),
            )
            for found in audit.disparities
        ),
        caption="in percent points; the intervals hold all at once; bold: clearer than chance",
    )


def person_name(attribute: str, words: str) -> str:
    """An annotated group ("gender: female"); the state alone where it names its attribute."""
    named = set(attribute.split()) <= set(words.split())
    return cut(words, _NAME) if named else f"{cut(attribute, _NAME)}: {cut(words, _NAME)}"


def disparity_name(found: Disparity) -> str:
    """Which two groups are compared ("gender: male − female")."""
    first = person_name(found.attribute, found.first)
    return f"{first} − {cut(found.second, _NAME)}"


def is_clear(found: Disparity) -> bool:
    """Whether either of its differences is clearer than chance."""
    return excludes_zero(found.rank1) or excludes_zero(found.mean_ap)


def _camera_cells(pair: CameraPair) -> tuple[Cell, ...]:
    unknown = Cell(UNKNOWN)
    other = score_cell(pair.shares[OTHER]) if OTHER in pair.shares else unknown
    groups = {name: score.value for name, score in pair.shares.items() if name != OTHER}
    return (
        Cell(f"{pair.pairs:,}"),
        score_cell(pair.distance),
        other,
        Cell(entry_words(groups, signed=False) or UNKNOWN),
    )


def _person_cells(group: PersonGroup, *, shares: bool) -> tuple[Cell, ...]:
    cells = [Cell(f"{group.persons:,}"), Cell(f"{group.queries:,}")]
    cells += [score_cell(group.rank1), score_cell(group.mean_ap)]
    if shares:
        values = {name: score.value for name, score in group.shares.items()}
        cells.append(Cell(entry_words(values, signed=False) or UNKNOWN))
    return tuple(cells)


def _percent(value: float) -> str:
    return format_number(value, decimals=1)
