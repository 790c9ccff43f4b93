from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from attrimeter.figures.comparison.view import share_chart, view_answers, view_reasons
from figures.comparison_examples import COMPARISONS, example_comparison


def test_the_chart_pairs_the_shares_and_ends_with_other() -> None:
    example = example_comparison()
    view = share_chart(example)
    assert [row.name for row in view.rows] == [*(found.name for found in example.differences), "“other”"]
    assert all([mark.kind for mark in row.marks] == ["first", "second"] for row in view.rows)
    for found, row in zip(example.differences, view.rows, strict=False):
        first, second = row.marks
        assert (first.at > second.at) == (found.first.value > found.second.value)


def test_answers_fill_the_bar_without_a_gap() -> None:
    views = view_answers(example_comparison())
    assert [(view.kind, view.count) for view in views] == [
        ("both", "391"),
        ("first", "52"),
        ("second", "23"),
        ("neither", "117"),
    ]
    assert views[1].length == pytest.approx(100 * 52 / 583, abs=0.01)
    for left, right in pairwise(views):
        assert left.start + left.length == pytest.approx(right.start, abs=0.02)
    assert views[-1].start + views[-1].length == pytest.approx(100, abs=0.02)
    assert all(view.length == 0 for view in view_answers(COMPARISONS["nothing known"]))


def test_reasons_keep_their_side_counts_and_numbers() -> None:
    example = example_comparison()
    for reason, view in zip(example.reasons, view_reasons(example, {}), strict=True):
        assert view.side == reason.right_in and view.count == pytest.approx(100 * reason.count / 31, abs=0.01)
        assert (view.expected is None) == (not reason.words or math.isnan(reason.expected))
        entry = view.because[0]
        assert entry.name == "backpack"
        assert float(entry.first.replace("−", "-")) == reason.because_first["backpack"]
        assert float(entry.second.replace("−", "-")) == reason.because_second["backpack"]


def test_captions_say_which_model_took_which_picture() -> None:
    first, second, *_ = view_reasons(example_comparison(), {})
    assert [picture.part for picture in first.examples[0].pictures] == [
        "query",
        "plain: right",
        "backpack lover: wrong",
    ]
    assert [picture.part for picture in second.examples[0].pictures] == [
        "query",
        "backpack lover: right",
        "plain: wrong",
    ]
    assert [picture.name for picture in second.examples[0].pictures] == [
        "b0_query.png",
        "b0_right.png",
        "b0_wrong.png",
    ]


def test_pictures_are_shown_only_where_they_are_given() -> None:
    given = {Path("query/a0_query.png"): np.zeros((8, 4, 3), np.uint8)}
    views = view_reasons(example_comparison(), given)
    shown = [
        picture.name
        for view in views
        for case in view.examples
        for picture in case.pictures
        if picture.source is not None
    ]
    assert shown == ["a0_query.png"]
