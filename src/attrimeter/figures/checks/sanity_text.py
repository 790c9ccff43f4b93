"""Sanity checks for the terminal: where the interpreter must fail, and whether it does."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from attrimeter.figures.tables.check_table import QUIET, check_table, score_cell, verdict_cell
from attrimeter.figures.text.numerals import format_number
from attrimeter.values.sanity import ALIKE, WORSE, Agreement, SanityFindings


def sanity_text(findings: SanityFindings) -> RenderableType:
    """The verdict in a sentence, every check in another, and the agreement with the truth as a table."""
    held = findings.holds
    verdict = f"{sum(held.values())} of {len(held)} sanity checks came out as they must."
    pairs = f"{findings.pairs:,} pairs" if findings.pairs != 1 else "1 pair"
    where = f"{findings.target} on {pairs} that differ in many groups, seed {findings.seed}"
    parts: list[RenderableType] = [Text(verdict, style="bold"), Text(where, style=QUIET), Text("")]
    parts += [_say(words, held[check]) for check, words in _sentences(findings)]
    title = Text("Agreement with the measured truth", style="bold")
    return Group(*parts, Text(""), title, _agreement_table(findings))


def _say(words: str, holds: bool) -> Text:
    return Text("  ") + verdict_cell(holds) + Text(f"{'' if holds else ' '}  {words}")


def _sentences(findings: SanityFindings) -> Iterator[tuple[str, str]]:
    """Name and words of each check that was made."""
    if findings.other_target is not None:
        times = format_number(findings.times_worse, decimals=1)
        worse = format_number(WORSE, decimals=0)
        yield "other target", f"beside another target its error is {times} times as large (asked: {worse})"
    level = "is no nearer to the truth than the group average"
    yield "shuffled weights", f"with the target's weights shuffled it {level}"
    if findings.shuffled_labels is not None:
        yield "shuffled labels", f"fitted with shuffled labels it {level}"
    if findings.seeds is not None:
        alike = format_number(findings.seeds.value, decimals=2)
        asked = format_number(ALIKE, decimals=1)
        yield (
            "other seeds",
            f"{findings.interpreters} seeds rank contributions alike: correlation {alike} (asked: {asked})",
        )


def _agreement_table(findings: SanityFindings) -> Table:
    table = check_table("", "Spearman", "relative error")
    lines: tuple[tuple[str, Agreement | None], ...] = (
        ("the interpreter", findings.own),
        ("group average x D^2", findings.average),
        ("beside another target", findings.other_target),
        ("group average of that target", findings.other_average),
        ("shuffled weights", findings.shuffled_weights),
        ("shuffled labels", findings.shuffled_labels),
    )
    for name, agreement in lines:
        if agreement is not None:
            scores = (agreement.spearman, agreement.relative_error)
            table.add_row(name, *(score_cell(score, decimals=2) for score in scores))
    if findings.seeds is not None:
        table.add_row("between seeds", score_cell(findings.seeds, decimals=2), "")
    table.caption = "95 % intervals, bootstrapped over identities"
    return table
