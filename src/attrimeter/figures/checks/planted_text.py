"""Planted targets for the terminal: what is known of them, what was measured, and what explainers say."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from attrimeter.figures.tables.check_table import QUIET, check_table, score_cell, verdict_cell
from attrimeter.figures.text.numerals import format_number
from attrimeter.values.planted import WITHIN, PlantedFinding

TRUTH, REFERENCE = "measured", "measured, nothing planted"


def planted_text(findings: Sequence[PlantedFinding]) -> RenderableType:
    """How many interpreters hold, then a table for every finding; for 80 columns, in percent."""
    parts: list[RenderableType] = [Text(_headline(findings), style="bold")]
    for finding in findings:
        parts += [Text(""), Text(f"{finding.case}: {finding.question}", style="bold"), _table(finding)]
    return Group(*parts)


def _headline(findings: Sequence[PlantedFinding]) -> str:
    held = [line.holds for finding in findings for line in finding.lines if line.interpreter]
    if not held:
        return "Planted targets without an interpreter: the lines are the measured truth and baselines."
    return f"Accounts of planted targets: {sum(held)} of {len(held)} by interpreters are as they must be."


def _table(finding: PlantedFinding) -> Table:
    pairs = "1 pair" if finding.pairs == 1 else f"{finding.pairs:,} pairs"
    table = check_table(pairs, "%", _asked(finding))
    table.add_row(TRUTH, score_cell(finding.truth, decimals=1, scale=100), "")
    if finding.reference is not None:
        table.add_row(REFERENCE, score_cell(finding.reference, decimals=1, scale=100), "", style=QUIET)
    for line in finding.lines:
        name = Text(line.explainer, style="bold" if line.interpreter else "")
        found = score_cell(line.found, decimals=1, scale=100)
        table.add_row(name, found, verdict_cell(line.holds))
    return table


def _asked(finding: PlantedFinding) -> str:
    bound = format_number(100 * finding.bound, decimals=0)
    if finding.rule == WITHIN:
        return f"within {bound}\nof measured"
    return f"{finding.rule} {bound}"
