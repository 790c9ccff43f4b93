from __future__ import annotations

import io

from rich.console import Console, Group, RenderableType

from attrimeter.figures.tables.layout import lay_out_table, section
from attrimeter.figures.tables.view import Cell, Row, TableView


def print_parts(parts: list[RenderableType]) -> list[str]:
    console = Console(file=io.StringIO(), width=80, force_terminal=False)
    console.print(Group(*parts))
    return [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]


def test_an_interval_stands_below_its_number_at_the_same_edge() -> None:
    rows = (
        Row("hat", (Cell("3.0", "1.0 to 5.0"), Cell("–"))),
        Row("a very long name " * 4, (Cell("1"), Cell(""))),
    )
    lines = print_parts(
        lay_out_table(TableView("Groups", ("group", "share", "pairs differ"), rows, "in percent"))
    )
    assert lines[:2] == ["", "Groups"] and lines[-1] == "in percent"
    place = next(i for i, line in enumerate(lines) if line.startswith("hat"))
    assert lines[place].split() == ["hat", "3.0", "–"] and lines[place + 1].strip() == "1.0 to 5.0"
    assert lines[place].index("3.0") == lines[place + 1].index("5.0")
    assert max(len(line) for line in lines) <= 80


def test_without_intervals_numbers_stand_alone() -> None:
    view = TableView("Groups", ("group", "share"), (Row("hat", (Cell("3.0", "1.0 to 5.0"),)),))
    lines = print_parts(lay_out_table(view, intervals=False))
    assert "hat" in lines[-1] and "3.0" in lines[-1] and not any("to" in line for line in lines)


def test_a_section() -> None:
    assert print_parts(section("Cameras")) == ["", "Cameras"]
