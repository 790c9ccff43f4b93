"""Pairs that differ in hue alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.benchmarking.edit_renders import render_edits
from attrimeter.benchmarking.hue_pairs import LUMA, luma_of, plan_hue_pairs
from attrimeter.errors import SettingsError
from attrimeter.synthesis import differing_groups


def test_nothing_but_the_hue_of_the_upper_body_differs() -> None:
    for planned in plan_hue_pairs(20, seed=3):
        pair = planned.pair
        assert pair.kind == "hue" and pair.groups == differing_groups(pair.first, pair.second)
        one, other = pair.first.upper_colour, pair.second.upper_colour
        assert replace(pair.second, upper_colour=one) == pair.first
        assert one.pattern == other.pattern == "plain"
        red, green, blue = np.subtract(one.colour, other.colour)
        assert abs(0.299 * red + 0.587 * green + 0.114 * blue) < 1
        assert abs(red) + abs(green) + abs(blue) > 30


def test_in_grey_the_edit_hardly_shows() -> None:
    """The same view in both hues: the pictures differ, their luma hardly does."""
    in_colour, in_grey = [], []
    for planned in plan_hue_pairs(6):
        before, after = next(iter(render_edits([planned]))).edits.astype(np.float64)
        in_colour.append(np.abs(before - after).mean())
        in_grey.append(np.abs(before @ LUMA - after @ LUMA).mean())
    assert np.mean(in_colour) > 15 * np.mean(in_grey)


def test_more_pairs_leave_the_others_as_they_are() -> None:
    assert plan_hue_pairs(5)[:2] == plan_hue_pairs(2) != plan_hue_pairs(2, seed=1)
    assert plan_hue_pairs(0) == []
    assert len({planned.number for planned in plan_hue_pairs(5)}) == 5


def test_luma() -> None:
    assert luma_of((255, 255, 255)) == pytest.approx(255)
    assert luma_of((0, 100, 10)) == pytest.approx(59.84)


def test_negative_numbers_are_refused() -> None:
    with pytest.raises(SettingsError, match="pairs is -1"):
        plan_hue_pairs(-1)
    with pytest.raises(SettingsError, match="seed -3"):
        plan_hue_pairs(1, seed=-3)
