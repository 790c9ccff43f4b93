"""Backpacks, bags and hand bags: on the right side, and straps that lie on the top."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attrimeter.synthesis.person.clothing import make_top
from attrimeter.synthesis.person.luggage import make_backpack, make_bag, make_handbag
from attrimeter.synthesis.person.skeleton import Bone
from attrimeter.synthesis.sampling import sample_person
from attrimeter.synthesis.specification import BAG_STRAPS, HANDBAG_STYLES, Backpack, Bag, Handbag

BUILD = sample_person(0).gender
BAG = Bag((1, 2, 3), (4, 5, 6), "cross", 1, 1.0)
HANDBAG = Handbag((1, 2, 3), (4, 5, 6), "tote", 1, 1.0)


def test_nothing_carried():
    assert make_backpack(None, BUILD) == make_bag(None, BUILD) == make_handbag(None, BUILD) == []


def test_straps_are_the_top_made_thicker():
    top = {(shape.start, shape.end): shape for shape in make_top(BUILD)}
    shapes = make_backpack(Backpack((1, 2, 3), (4, 5, 6), 1.0), BUILD)
    straps = [shape for shape in shapes if (shape.start, shape.end) in top]
    assert len(straps) >= 4
    for strap in straps:
        under = top[strap.start, strap.end]
        assert strap.radius > under.radius
        assert strap.end_radius > under.end_radius
        assert strap.scale == under.scale
        assert strap.part == "backpack"
        assert strap.clips


def test_the_backpack_is_behind():
    sack = make_backpack(Backpack((1, 2, 3), (4, 5, 6), 1.0), BUILD)[0]
    assert sack.start[2] < -0.1
    assert sack.end[2] < -0.1


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("strap", BAG_STRAPS)
def test_bags_hang_at_their_side(side, strap):
    shapes = make_bag(replace(BAG, side=side, strap=strap), BUILD)
    body = [shape for shape in shapes if shape.bone == Bone.PELVIS]
    assert all(shape.start[0] * side > 0 for shape in body)
    assert {shape.part for shape in shapes} == {"bag"}
    assert len(shapes) > len(body)


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("style", HANDBAG_STYLES)
def test_hand_bags_hang_from_the_hand_of_their_side(side, style):
    shapes = make_handbag(replace(HANDBAG, side=side, style=style), BUILD)
    hang = Bone.HANG_L if side > 0 else Bone.HANG_R
    assert hang in {shape.bone for shape in shapes}
    assert all(shape.start[0] * side > 0 for shape in shapes)
    assert min(shape.start[1] for shape in shapes) > 0.1
