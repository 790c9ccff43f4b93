from __future__ import annotations

import pytest

from attrimeter.figures.audit.tables import (
    camera_matrix,
    camera_table,
    disparity_name,
    disparity_table,
    group_table,
    is_clear,
    person_name,
    person_table,
)
from attrimeter.figures.tables.view import Cell
from attrimeter.values import Score
from attrimeter.values.audit import Disparity
from figures.audit_examples import (
    AUDITS,
    EVIL,
    UNKNOWN,
    example_audit,
    single_camera_audit,
    unlabelled_audit,
)


def written(score: Score, sign: str = "") -> Cell:
    """A cell written the slow way."""

    def number(value: float) -> str:
        return f"{value:.1f}".replace("-", "−")

    plus = sign if score.value > 0 else ""
    return Cell(plus + number(score.value), f"{number(score.low)} to {number(score.high)}")


def test_the_table_of_groups_holds_their_scores_and_other() -> None:
    audit = example_audit()
    *rows, last = group_table(audit).rows
    for group, row in zip(audit.groups, rows, strict=True):
        assert row.name == group.name
        assert row.cells == (
            written(group.share),
            written(group.share_differs),
            written(group.share_alike),
            written(group.effect, "+"),
            Cell(f"{group.differs:.1f}"),
        )
    assert last.name == "“other”" and last.cells[0] == written(audit.other)


def test_without_labels_there_is_nothing_but_the_share() -> None:
    view = group_table(unlabelled_audit())
    assert view.columns == ("group", "share") and all(len(row.cells) == 1 for row in view.rows)


@pytest.mark.parametrize("name", AUDITS)
def test_every_row_fills_every_column(name: str) -> None:
    audit = AUDITS[name]
    for view in (group_table(audit), camera_table(audit), person_table(audit), disparity_table(audit)):
        assert all(len(row.cells) + 1 == len(view.columns) for row in view.rows)


def test_the_matrix_holds_the_share_of_other_where_it_was_looked_at() -> None:
    audit = example_audit()
    matrix = camera_matrix(audit)
    assert matrix.cameras == (1, 2, 3, 4)
    for pair in audit.cameras:
        assert matrix.cell(pair.query, pair.gallery) == f"{pair.shares['other'].value:.1f}"
    assert matrix.cell(1, 9) == ""
    assert camera_matrix(single_camera_audit()).cameras == (1,)


def test_the_table_of_cameras_holds_every_pair() -> None:
    audit = example_audit()
    for pair, row in zip(audit.cameras, camera_table(audit).rows, strict=True):
        shares = {name: score.value for name, score in pair.shares.items() if name != "other"}
        first, second, third = sorted(shares, key=lambda name: -shares[name])[:3]
        assert row.name == f"{pair.query}, {pair.gallery}"
        assert row.cells == (
            Cell(f"{pair.pairs:,}"),
            written(pair.distance),
            written(pair.shares["other"]),
            Cell(", ".join(f"{name} {shares[name]:.1f}" for name in (first, second, third))),
        )


def test_the_tables_of_persons_hold_their_scores() -> None:
    audit = example_audit()
    for group, row in zip(audit.person_groups, person_table(audit, shares=False).rows, strict=True):
        assert row.name == f"{group.attribute}: {group.words}"
        assert row.cells[:3] == (Cell(str(group.persons)), Cell(str(group.queries)), written(group.rank1))
    assert person_table(audit).rows[0].cells[-1] == Cell(
        "backpack 31.3, upper colour 18.4, lower colour 12.2"
    )
    first, second = disparity_table(audit).rows
    assert first.name == "gender: male − female" and first.strong and not second.strong
    assert first.cells == (Cell("+4.7", "0.8 to 8.6"), Cell("+5.1", "−1.2 to 11.4"))
    assert second.cells == (Cell("−20.3", "−55.3 to 14.7"), Cell("–"))


def test_names_are_cut_and_not_repeated() -> None:
    assert person_name("hair", "long hair") == "long hair"
    assert person_name("upper white", "white upper body") == "white upper body"
    assert person_name("age", "child") == "age: child"
    assert disparity_name(Disparity("hat", "hat", "no hat", UNKNOWN, UNKNOWN)) == "hat − no hat"
    found = AUDITS["hostile"].disparities[0]
    assert len(disparity_name(found)) <= 126
    assert not is_clear(found) or found.mean_ap.low > 0
    assert person_name(EVIL * 9, "x").startswith("<script>")
