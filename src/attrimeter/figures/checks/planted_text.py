"""Planted targets for the terminal: what is known of them, what was measured, and what explainers say."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from attrimeter.figures.tables.layout import lay_out_table, section
from attrimeter.figures.tables.view import Cell, Row, TableView, percent_cell, verdict_cell
from attrimeter.figures.text.numerals import format_number
from attrimeter.figures.text.words import count_words
from attrimeter.values.planted import WITHIN, PlantedFinding

TRUTH, REFERENCE = "measured", "measured, nothing planted"


def planted_text(findings: Sequence[PlantedFinding]) -> RenderableType:
    """How many interpreters hold, then a table for every finding; for 80 columns, in percent."""
    parts: list[RenderableType] = [Text(_headline(findings), style="bold")]
    for finding in findings:
        parts += section(f"{finding.case}: {finding.question}")
        parts += lay_out_table(_table(finding), intervals="beside", names=38)
    return Group(*parts)


def _headline(findings: Sequence[PlantedFinding]) -> str:
    held = [line.holds for finding in findings for line in finding.lines if line.interpreter]
    if not held:
        return "Planted targets without an interpreter: the lines are the measured truth and baselines."
    return f"Attributions of planted targets: {sum(held)} of {len(held)} by interpreters are as they must be."


def _table(finding: PlantedFinding) -> TableView:
    rows = [Row(TRUTH, (percent_cell(finding.truth), Cell("")))]
    if finding.reference is not None:
        rows.append(Row(REFERENCE, (percent_cell(finding.reference), Cell("")), quiet=True))
    rows += [
        Row(line.explainer, (percent_cell(line.found), verdict_cell(line.holds)), line.interpreter)
        for line in finding.lines
    ]
    return TableView("", (count_words(finding.pairs, "pair"), "%", _asked(finding)), tuple(rows))


def _asked(finding: PlantedFinding) -> str:
    bound = format_number(100 * finding.bound, decimals=0)
    if finding.rule == WITHIN:
        return f"within {bound}\nof measured"
    return f"asked:\n{finding.rule} {bound}"
