from __future__ import annotations

import io

from rich.console import Console, Group, RenderableType
from rich.text import Text

from attrimeter.figures.audit.layout import indented, lay_out_findings
from attrimeter.values.audit import Finding


def print_parts(parts: list[RenderableType]) -> list[str]:
    console = Console(file=io.StringIO(), width=80, force_terminal=False)
    console.print(Group(*parts))
    return [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]


def test_a_finding_of_an_unknown_level_is_shown_with_it() -> None:
    lines = print_parts(lay_out_findings([Finding("rumour", "x", "Title", "One.\nTwo.\x07")]))
    assert lines == ["rumour  Title", "  One. Two.?"]


def test_paragraphs() -> None:
    assert all(line.startswith("  ") for line in print_parts([indented(Text("word " * 40))]))
