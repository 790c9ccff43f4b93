"""A comparison of two models for the terminal: what it comes to, then what it rests on."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from attrimeter.figures.audit.words import expected_words, size_sentence
from attrimeter.figures.comparison.tables import effect_table, retrieval_table, share_table
from attrimeter.figures.comparison.words import (
    display_names,
    has_effects,
    headline_sentences,
    only_one_knows,
    reason_expected,
    reason_title,
    widest_words,
)
from attrimeter.figures.tables.layout import QUIET, indented, lay_out_table, section
from attrimeter.figures.text.words import cut, printable
from attrimeter.values.comparison import Comparison, DisagreementCluster


def comparison_text(comparison: Comparison) -> RenderableType:
    """The findings in words, then retrieval, shares, effects and reasons, for 80 columns."""
    first, second = display_names(comparison)
    parts: list[RenderableType] = [
        Text(f"{first} against {second}", style="bold"),
        Text(size_sentence(comparison.first), style=QUIET),
        Text(""),
        *(Text(f"• {sentence}") for sentence in headline_sentences(comparison)),
    ]
    notes = (*only_one_knows(comparison), *map(printable, comparison.notes))
    if notes:
        parts += [Text(""), *(Text(f"Note: {note}", style="yellow") for note in notes)]
    parts += lay_out_table(retrieval_table(comparison))
    parts += lay_out_table(share_table(comparison))
    if has_effects(comparison):
        parts += lay_out_table(effect_table(comparison))
    if comparison.reasons:
        parts += section("Why only one of them is right")
        for reason in comparison.reasons:
            parts += _reason(reason, comparison)
        explained = (
            f"because: {first} | {second}: how much farther each sets the right picture than the wrong one, "
            "in percent of its own distance of the wrong one"
        )
        parts.append(Text(explained, style=QUIET))
    return Group(*parts)


def _reason(reason: DisagreementCluster, comparison: Comparison) -> list[RenderableType]:
    line = Text(reason_title(reason, comparison), style="bold")
    expected = expected_words(reason_expected(reason))
    if expected:
        line.append(f" ({expected})", style="not bold")
    parts: list[RenderableType] = [line]
    because = widest_words(reason.because_first, reason.because_second)
    if because:
        parts.append(indented(Text(f"because: {because}")))
    for example in reason.examples[:1]:
        names = (cut(path.name, 40) for path in (example.query, example.right, example.wrong))
        parts.append(indented(Text("e.g. {}: {} found, {} taken by the other".format(*names), style=QUIET)))
    return parts
