"""A comparison prepared for a page: paired points, who is right, and reasons with pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from attrimeter.figures.audit.view import PICTURE_BOX
from attrimeter.figures.audit.words import expected_words
from attrimeter.figures.comparison.words import (
    display_names,
    reason_expected,
    reason_title,
    widest_entries,
)
from attrimeter.figures.drawing.chart import ChartView, Mark, lay_out_chart
from attrimeter.figures.drawing.pictures import Pictures, PictureView, view_file
from attrimeter.figures.text.numerals import format_number
from attrimeter.figures.text.words import cut
from attrimeter.values.comparison import Comparison, Disagreement, DisagreementCluster
from attrimeter.values.pair_explanation import OTHER


@dataclass(frozen=True)
class AnswerView:
    """Queries by who answers them rightly; ``start`` and ``length`` are percent of all."""

    kind: str
    words: str
    count: str
    start: float
    length: float


@dataclass(frozen=True)
class EntryView:
    """How much farther either model sets the right picture than the wrong one, by this group."""

    name: str
    first: str
    second: str


@dataclass(frozen=True)
class CaseView:
    """A query that one model alone answers rightly."""

    pictures: tuple[PictureView, ...]
    because: tuple[EntryView, ...]


@dataclass(frozen=True)
class ReasonView:
    """Disagreements that share an explanation; ``count`` and ``expected`` are percent of the widest bar."""

    side: str
    title: str
    expected_words: str
    count: float
    expected: float | None
    because: tuple[EntryView, ...]
    examples: tuple[CaseView, ...]


def share_chart(comparison: Comparison) -> ChartView:
    """The shares of both models, the widest difference first; *other* at the end."""
    rows = [
        (cut(found.name, 40), [Mark("first", found.first), Mark("second", found.second)])
        for found in comparison.differences
    ]
    other = comparison.other
    rows.append((f"“{OTHER}”", [Mark("first", other.first), Mark("second", other.second)]))
    return lay_out_chart(rows)


def view_answers(comparison: Comparison) -> tuple[AnswerView, ...]:
    """Both, only the first, only the second, neither."""
    first, second = display_names(comparison)
    counts = (
        ("both", "both", comparison.both_right),
        ("first", f"only {first}", comparison.only_first_right),
        ("second", f"only {second}", comparison.only_second_right),
        ("neither", "neither", comparison.both_wrong),
    )
    total = max(1, comparison.queries)
    views, start = [], 0
    for kind, words, count in counts:
        place, length = 100 * start / total, 100 * count / total
        views.append(AnswerView(kind, words, f"{count:,}", round(place, 2), round(length, 2)))
        start += count
    return tuple(views)


def view_reasons(comparison: Comparison, pictures: Pictures) -> tuple[ReasonView, ...]:
    """The reasons in their order, with pictures where they are given."""
    expected = filter(math.isfinite, map(reason_expected, comparison.reasons))
    widest = max([*(float(reason.count) for reason in comparison.reasons), *expected], default=0.0) or 1.0
    return tuple(_view_reason(reason, comparison, widest, pictures) for reason in comparison.reasons)


def _view_reason(
    reason: DisagreementCluster, comparison: Comparison, widest: float, pictures: Pictures
) -> ReasonView:
    expected = reason_expected(reason)
    return ReasonView(
        side=reason.right_in,
        title=reason_title(reason, comparison),
        expected_words=expected_words(expected),
        count=round(100 * reason.count / widest, 2),
        expected=round(100 * expected / widest, 2) if math.isfinite(expected) else None,
        because=_view_entries(reason.because_first, reason.because_second),
        examples=tuple(_view_case(case, comparison, pictures) for case in reason.examples),
    )


def _view_case(case: Disagreement, comparison: Comparison, pictures: Pictures) -> CaseView:
    names = display_names(comparison)
    finder, other = names if case.right_in == "first" else names[::-1]
    parts = (
        ("query", case.query),
        (f"{finder}: right", case.right),
        (f"{other}: wrong", case.wrong),
    )
    return CaseView(
        pictures=tuple(view_file(part, path, pictures, box=PICTURE_BOX) for part, path in parts),
        because=_view_entries(case.because_first, case.because_second),
    )


def _view_entries(first: Mapping[str, float], second: Mapping[str, float]) -> tuple[EntryView, ...]:
    return tuple(
        EntryView(cut(name, 40), *(format_number(value, decimals=1, signed=True) for value in values))
        for name, *values in widest_entries(first, second)
    )
