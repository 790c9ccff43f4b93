from __future__ import annotations

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from attrimeter.figures.drawing.pictures import PictureView
from attrimeter.figures.pair.view import view_pair
from figures.examples import example_explanation, identical_explanation, trusted_explanation


def open_picture(picture: PictureView) -> np.ndarray:  # type: ignore[type-arg]
    assert picture.source is not None
    content = base64.b64decode(picture.source.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(content)))


def test_bars_lie_on_one_line_from_the_lowest_to_the_highest() -> None:
    explanation = example_explanation()
    view = view_pair(explanation, maps=0)
    low, high = explanation.groups["gender"], explanation.groups["upper colour"]
    assert view.zero == pytest.approx(100 * -low / (high - low), abs=0.01)
    for bar in view.bars:
        value = explanation.contributions[bar.name]
        assert bar.length == pytest.approx(100 * abs(value) / (high - low), abs=0.01)
        edge = bar.start if value >= 0 else bar.start + bar.length
        assert edge == pytest.approx(view.zero, abs=0.02)
        assert bar.start >= 0 and bar.start + bar.length <= 100.01


def test_whiskers_lie_on_the_line_of_the_bars() -> None:
    explanation = trusted_explanation()
    view = view_pair(explanation, maps=0, limit=6)
    low = min(explanation.intervals["gender"][0], explanation.intervals["type"][0])
    high = explanation.intervals["upper colour"][1]
    for bar in view.bars:
        if bar.kind == "folded":
            assert bar.whisker is None and bar.interval == "" and bar.mark == ""
            continue
        ends = explanation.intervals[bar.name]
        assert bar.whisker is not None
        assert bar.whisker[0] == pytest.approx(100 * (ends[0] - low) / (high - low), abs=0.01)
        assert bar.whisker[1] == pytest.approx(100 * (ends[1] - ends[0]) / (high - low), abs=0.01)
    assert {bar.name: bar.mark for bar in view.bars if bar.mark} == {"gender": "≈ weak"}


def test_sides_follow_the_signs() -> None:
    sides = {bar.name: bar.side for bar in view_pair(example_explanation(), maps=0).bars}
    assert (sides["hat"], sides["gender"], sides["other"]) == ("apart", "together", "unexplained")


def test_nothing_is_no_bar() -> None:
    view = view_pair(identical_explanation(), maps=3)
    assert {bar.length for bar in view.bars} == {0.0} and view.maps == () and view.total_share == "0 %"


def test_a_small_image_is_passed_as_it_is_and_a_large_one_made_smaller() -> None:
    explanation = example_explanation(sizes=((128, 64), (800, 400)))
    view = view_pair(explanation, maps=0)
    np.testing.assert_array_equal(open_picture(view.first), explanation.first.pixels)
    assert open_picture(view.second).shape == (360, 180, 3)
    assert view.second.ratio == 0.5


def test_maps_are_those_of_the_largest_groups() -> None:
    view = view_pair(example_explanation(), maps=2)
    assert [(m.name, m.share) for m in view.maps] == [("upper colour", "+51 %"), ("backpack", "+25 %")]
    assert open_picture(view.maps[0].first).shape == (360, 180, 3)


def test_readings_show_certainty_and_difference() -> None:
    readings = {r.name: r for r in view_pair(example_explanation(), maps=0).readings}
    assert readings["hat"].first == "hat (90 %)" and readings["hat"].second == "no hat (92 %)"
    assert readings["hat"].differs and not readings["sleeve"].differs


def test_without_readings_there_are_none() -> None:
    explanation = example_explanation()
    assert (
        view_pair(replace(explanation, second=replace(explanation.second, readings={})), maps=0).readings
        == ()
    )
