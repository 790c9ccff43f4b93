from __future__ import annotations

import io

from rich.console import Console, Group, RenderableType
from rich.text import Text

from attrimeter.figures.tables.layout import indented, lay_out_table, section
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
    lines = print_parts(lay_out_table(view, intervals="none"))
    assert "hat" in lines[-1] and "3.0" in lines[-1] and not any("to" in line for line in lines)


def test_a_section() -> None:
    assert print_parts(section("Cameras")) == ["", "Cameras"]


def test_an_interval_stands_beside_its_number_or_with_a_dash_below_it() -> None:
    view = TableView("", ("group", "share"), (Row("hat", (Cell("3.0", "1.0 to 5.0"),)),))
    assert print_parts(lay_out_table(view, intervals="beside"))[-1].endswith("3.0  (1.0 to 5.0)")
    assert print_parts(lay_out_table(view, intervals="dashed"))[-1].strip() == "1.0–5.0"


def test_the_name_of_a_column_breaks_where_it_is_longer_than_its_numbers() -> None:
    rows = (Row("hat", (Cell("3.0"), Cell("3.0", "1.00 to 5.00"), Cell("yes"))),)
    lines = print_parts(lay_out_table(TableView("", ("", "pairs differ", "the share", "at\nlast"), rows)))
    assert lines[0].split() == ["pairs", "at"] and lines[1].split() == ["differ", "the", "share", "last"]


def test_columns_of_words_stand_at_the_left() -> None:
    rows = (Row("hat", (Cell("red"), Cell("1"))), Row("hair", (Cell("long and dark"), Cell("12"))))
    lines = print_parts(lay_out_table(TableView("", ("group", "state", "pairs"), rows, words=2)))
    assert lines[2].index("red") == lines[3].index("long") and lines[2].index("1") == lines[3].index("2")


def test_nothing_is_read_as_markup_and_verdicts_have_colours() -> None:
    rows = (Row("[red]a[/red]", (Cell("[b]", "[i] to [/i]"), Cell("no", tone="bad"))),)
    view = TableView("[t]", ("[c]", "[d]", "[e]"), rows, "[f]")
    text = "\n".join(print_parts(lay_out_table(view)))
    shown = ("[red]a[/red]", "[b]", "[i] to [/i]", "[t]", "[c]", "[d]", "[e]", "[f]")
    assert all(word in text for word in shown)
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="standard")
    console.print(Group(*lay_out_table(view)))
    assert "\x1b[31m no" in console.file.getvalue()  # type: ignore[attr-defined]


def test_paragraphs() -> None:
    assert all(line.startswith("  ") for line in print_parts([indented(Text("word " * 40))]))
