"""A comparison of two models as a web page that needs nothing but itself."""

from __future__ import annotations

from attrimeter.figures.audit.words import OTHER_MEANING, size_sentence
from attrimeter.figures.comparison.tables import (
    disagreement_table,
    effect_table,
    retrieval_table,
    share_table,
)
from attrimeter.figures.comparison.view import share_chart, view_answers, view_reasons
from attrimeter.figures.comparison.words import (
    HOW_COMPARED,
    answers,
    display_names,
    has_effects,
    headline_sentences,
    only_one_knows,
)
from attrimeter.figures.drawing.pictures import Pictures
from attrimeter.figures.text.page_rendering import render_template
from attrimeter.figures.text.words import printable
from attrimeter.values.comparison import Comparison

_LISTED = 100
"""Disagreements in the page's list; the JSON holds all."""


def comparison_page(
    comparison: Comparison, pictures: Pictures | None = None, *, fragment: bool = False
) -> str:
    """A self-contained HTML page for readers with and without the field's terms, light or dark as their
    system is, with no script and no address outside it.

    Args:
        pictures: pixels (uint8, height x width x 3) of the examples by path. No file is ever opened: of what
            is not given, the name of the file is shown.
        fragment: only what a notebook puts inside its own page, with styles of its own.
    """
    return render_template(
        "comparison_page",
        fragment=fragment,
        comparison=comparison,
        names=display_names(comparison),
        sizes=size_sentence(comparison.first),
        headline=headline_sentences(comparison),
        notes=(*only_one_knows(comparison), *map(printable, comparison.notes)),
        chart=share_chart(comparison),
        shares=share_table(comparison),
        effects=effect_table(comparison) if has_effects(comparison) else None,
        retrieval=retrieval_table(comparison),
        answer_sentence=answers(comparison),
        answers=view_answers(comparison),
        reasons=view_reasons(comparison, pictures or {}),
        disagreements=disagreement_table(comparison, most=_LISTED),
        other_meaning=OTHER_MEANING,
        how_compared=HOW_COMPARED,
    )
