from __future__ import annotations

import math

import pytest

from attrimeter.figures.drawing.chart import Mark, chart_scale, has_interval, lay_out_chart, lies_beyond
from attrimeter.values import Score
from figures.audit_examples import UNKNOWN, around


def test_the_scale_holds_zero_and_every_interval_between_round_ticks() -> None:
    low, high, ticks = chart_scale([around(41.0), around(-3.0)])
    assert low <= -4.5 and high >= 42.5 and 0.0 in ticks
    assert ticks[0] == low and ticks[-1] == high
    assert chart_scale([])[:2] == chart_scale([UNKNOWN])[:2] == (0.0, 1.0)


def test_marks_lie_where_the_ticks_say() -> None:
    scores = [around(12.0), Score(30.0, math.nan, math.nan), around(-3.0, 0.25)]
    view = lay_out_chart(
        [("a", [Mark("differs", scores[0]), Mark("alike", scores[1])]), ("b", [Mark("other", scores[2])])]
    )
    (first_at, first), *_, (last_at, last) = view.ticks

    def value(at: float) -> float:
        left, right = (float(label.replace("−", "-")) for label in (first, last))
        return left + (at - first_at) / (last_at - first_at) * (right - left)

    marks = [mark for row in view.rows for mark in row.marks]
    assert [mark.kind for mark in marks] == ["differs", "alike", "other"]
    assert [value(mark.at) for mark in marks] == pytest.approx([12.0, 30.0, -3.0], abs=0.01)
    assert value(view.zero) == pytest.approx(0.0, abs=0.01)
    assert marks[1].interval is None
    for mark, score in ((marks[0], scores[0]), (marks[2], scores[2])):
        assert mark.interval is not None
        assert [value(end) for end in mark.interval] == pytest.approx([score.low, score.high], abs=0.01)


def test_what_is_not_known_is_left_out() -> None:
    view = lay_out_chart([("a", [Mark("differs", UNKNOWN)])])
    assert view.rows[0].marks == () and not has_interval(UNKNOWN)


def test_small_scales_have_labels_that_differ() -> None:
    labels = [label for _, label in lay_out_chart([("a", [Mark("share", Score(0.02, 0.01, 0.03))])]).ticks]
    assert len(set(labels)) == len(labels)


def test_other_stretches_the_scale_at_most_twofold() -> None:
    groups = [around(10.0, 0.0)]
    assert chart_scale(groups, [around(19.0, 0.0)])[1] == 20
    assert chart_scale(groups, [around(21.0, 0.0)])[1] == 10
    assert chart_scale([], [around(60.0, 0.0)])[1] == 60
    assert not lies_beyond(around(10.0), 0, 10) and lies_beyond(around(10.1), 0, 10)
    assert lies_beyond(around(-0.1), 0, 10) and not lies_beyond(UNKNOWN, 0, 10)


def test_what_lies_beyond_the_line_is_a_number_at_its_end() -> None:
    view = lay_out_chart(
        [
            ("a", [Mark("first", around(10.0))]),
            ("b", [Mark("first", around(60.0)), Mark("second", around(-9.0))]),
        ]
    )
    assert view.rows[0].marks[0].beyond == ""
    assert [(mark.at, mark.interval, mark.beyond) for mark in view.rows[1].marks] == [
        (100.0, None, "60.0"),
        (0.0, None, "−9.0"),
    ]
