"""Findings laid out for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from attrimeter.figures.audit.words import LEVEL_WORDS, cut, printable
from attrimeter.values.audit import FACT, FAULT, NOTICE, Finding

_LEVEL_STYLES = {FAULT: "bold red", NOTICE: "bold yellow", FACT: "bold cyan"}
_INDENT = 2


def lay_out_findings(findings: Iterable[Finding]) -> list[RenderableType]:
    """The findings in their order: level and title in a line, the text indented below."""
    parts: list[RenderableType] = []
    for finding in findings:
        line = Text(LEVEL_WORDS.get(finding.level, cut(finding.level)))
        line.stylize(_LEVEL_STYLES.get(finding.level, ""))
        parts.append(line.append(f"  {cut(finding.title, 120)}", style="bold"))
        parts.append(indented(Text(printable(finding.text))))
    return parts


def indented(text: Text) -> Padding:
    """A paragraph two columns to the right."""
    return Padding(text, (0, 0, 0, _INDENT))
