"""Sanity checks for the terminal: where the interpreter must fail, and whether it does."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from attrimeter.figures.tables.layout import QUIET, TONES, lay_out_table
from attrimeter.figures.tables.view import Cell, Row, TableView, score_cell, verdict_cell
from attrimeter.figures.text.numerals import format_number
from attrimeter.figures.text.words import count_words
from attrimeter.values.sanity import ALIKE, WORSE, Agreement, SanityFindings


def sanity_text(findings: SanityFindings) -> RenderableType:
    """The verdict in a sentence, every check in another, and the agreement with the truth as a table."""
    held = findings.holds
    verdict = f"{sum(held.values())} of {len(held)} sanity checks came out as they must."
    pairs = count_words(findings.pairs, "pair")
    where = f"{findings.target} on {pairs} that differ in many groups, seed {findings.seed}"
    parts: list[RenderableType] = [Text(verdict, style="bold"), Text(where, style=QUIET), Text("")]
    parts += [_say(words, held[check]) for check, words in _sentences(findings)]
    return Group(*parts, *lay_out_table(_agreement_table(findings), intervals="beside", names=38))


def _say(words: str, holds: bool) -> Text:
    verdict = verdict_cell(holds)
    return Text.assemble("  ", (f"{verdict.value:3}", TONES[verdict.tone]), f"  {words}")


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


def _agreement_table(findings: SanityFindings) -> TableView:
    lines: tuple[tuple[str, Agreement | None], ...] = (
        ("the interpreter", findings.own),
        ("group average x D^2", findings.average),
        ("beside another target", findings.other_target),
        ("group average of that target", findings.other_average),
        ("shuffled weights", findings.shuffled_weights),
        ("shuffled labels", findings.shuffled_labels),
    )
    rows = [
        Row(name, tuple(score_cell(score, decimals=2) for score in (found.spearman, found.relative_error)))
        for name, found in lines
        if found is not None
    ]
    if findings.seeds is not None:
        rows.append(Row("between seeds", (score_cell(findings.seeds, decimals=2), Cell(""))))
    return TableView(
        title="Agreement with the measured truth",
        columns=("", "Spearman", "relative error"),
        rows=tuple(rows),
        caption="95 % intervals, bootstrapped over identities",
    )
