from __future__ import annotations

import io

from rich.console import Console, Group, RenderableType
from rich.text import Text

from attrimeter.figures.audit_layout import indented, lay_out_findings, lay_out_table, section
from attrimeter.figures.benchmark_tables import Cell, Row, TableView
from attrimeter.values.audit import Finding


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


def test_a_finding_of_an_unknown_level_is_shown_with_it() -> None:
    lines = print_parts(lay_out_findings([Finding("rumour", "x", "Title", "One.\nTwo.\x07")]))
    assert lines == ["rumour  Title", "  One. Two.?"]


def test_sections_and_paragraphs() -> None:
    assert print_parts(section("Cameras")) == ["", "Cameras"]
    assert all(line.startswith("  ") for line in print_parts([indented(Text("word " * 40))]))
