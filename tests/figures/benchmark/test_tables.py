from __future__ import annotations

from dataclasses import replace

from attrimeter.figures.benchmark.tables import (
    coverage_table,
    curve_table,
    group_table,
    kind_tables,
    localisation_tables,
)
from attrimeter.figures.tables.view import Cell
from attrimeter.values import Score
from figures.benchmark_examples import empty_benchmark, example_benchmark, hostile_benchmark


def test_every_kind_has_a_table_many_first_and_same_shows_its_leak_alone() -> None:
    many, few, same = kind_tables(example_benchmark())
    assert many.title.endswith("many groups") and few.title.endswith("few groups")
    assert many.columns[2:] == ("relative error", "leak", "Spearman", "top-1", "sign")
    assert same.columns == ("explainer", "uses labels", "leak")
    assert many.caption.startswith("400 pairs") and "0.22 (0.19 to 0.25)" in many.caption
    for table in (many, few, same):
        assert [row.name for row in table.rows] == [line.name for line in example_benchmark().explainers]
        assert all(len(row.cells) == len(table.columns) - 1 for row in table.rows)
        assert [row.strong for row in table.rows] == [True, True] + [False] * 6


def test_cells_hold_the_scores_of_their_column() -> None:
    row = kind_tables(example_benchmark())[0].rows[0]
    assert row.cells[:3] == (Cell(""), Cell("0.31", "0.28 to 0.34"), Cell("0.004", "0.003 to 0.005"))
    told = next(r for r in kind_tables(example_benchmark())[0].rows if r.name == "label-only")
    assert told.cells[0] == Cell("yes") and told.cells[3] == Cell("–")


def test_groups_stand_by_their_true_share() -> None:
    table = group_table(example_benchmark().explainers[0])
    assert table.rows[0].name == "gender" and table.rows[-1].name == "hat"
    assert table.rows[-1].cells[0] == Cell("37") and table.rows[-1].cells[5] == Cell("–")
    assert table.rows[0].cells[1] == Cell("0.23", "0.20 to 0.26")


def test_maps_stand_side_by_side_in_as_many_tables_as_it_takes() -> None:
    drawing = [line.name for line in example_benchmark().explainers if line.maps]
    first, second = localisation_tables(example_benchmark(), most=3)
    assert (*first.columns[2:], *second.columns[2:]) == tuple(drawing)
    assert first.rows[0].cells[1] == Cell("0.72 / 0.90", "0.69 to 0.75 / 0.87 to 0.93")


def test_a_group_that_one_explainer_does_not_draw_is_a_dash() -> None:
    lines = example_benchmark().explainers
    hats = replace(lines[1], maps={"hat": lines[1].maps["hat"]})
    (table,) = localisation_tables(replace(example_benchmark(), explainers=(hats, lines[0])), most=2)
    assert [row.name for row in table.rows][:2] == ["hat", "hair"]
    assert table.rows[0].cells[1].value == "0.16 / 0.20" and table.rows[1].cells[1] == Cell("–")


def test_gains_and_cost() -> None:
    rows = {row.name: row.cells for row in curve_table(example_benchmark()).rows}
    assert rows["counterfactual"] == (
        Cell("0.180", "0.150 to 0.210"),
        Cell("0.180", "0.150 to 0.210"),
        Cell("1234"),
    )
    assert rows["label-only"] == (Cell("–"), Cell("–"), Cell("3.2"))


def test_what_is_not_known_is_a_dash_and_nothing_gives_no_table() -> None:
    for table in kind_tables(hostile_benchmark()):
        assert all(cell == Cell("–") for row in table.rows for cell in row.cells[1:])
        assert "–" not in table.caption
    assert kind_tables(empty_benchmark()) == localisation_tables(empty_benchmark(), most=2) == ()


def test_coverage_is_of_the_interpreters_with_a_card() -> None:
    table = coverage_table(example_benchmark())
    assert table is not None and coverage_table(empty_benchmark()) is None
    assert table.columns == ("interpreter", "all", "where it differs", "other")
    (row,) = table.rows
    assert row.name == "counterfactual" and row.strong
    assert row.cells[1] == Cell("0.87", "0.84 to 0.90")
    other = replace(example_benchmark().explainers[1], coverage={"other": Score(0.5, 0.4, 0.6)})
    both = coverage_table(replace(example_benchmark(), explainers=(example_benchmark().explainers[0], other)))
    assert both is not None and both.rows[1].cells == (Cell("–"), Cell("–"), Cell("0.50", "0.40 to 0.60"))
