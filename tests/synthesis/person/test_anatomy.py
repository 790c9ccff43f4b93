"""The bare body: what clothes leave visible."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attrimeter.synthesis.person.anatomy import make_arms, make_head, make_legs, make_shoes
from attrimeter.synthesis.person.skeleton import Bone
from attrimeter.synthesis.sampling import sample_person
from attrimeter.synthesis.specification import SHOE_STYLES, LowerLength, LowerType, Sleeves

PERSON = sample_person(0)


def test_long_sleeves_leave_the_hands_only():
    long = make_arms(replace(PERSON, sleeve=Sleeves(False, 0.9, 0.01)))
    short = make_arms(replace(PERSON, sleeve=Sleeves(True, 1.2, 0.01)))
    assert max(shape.start[1] for shape in long) < 0.95
    assert set(long) < set(short)


def test_legs_are_bare_below_short_clothes_and_skirts():
    trousers, skirt = LowerType(False, 0.5), LowerType(True, 0.5)
    long, short = LowerLength(False, 0.1), LowerLength(True, 0.55)
    assert make_legs(replace(PERSON, type=trousers, length=long)) == []
    assert {s.part for s in make_legs(replace(PERSON, type=trousers, length=short))} == {"thighs", "shins"}
    below_skirt = make_legs(replace(PERSON, type=skirt, length=short))
    assert all(shape.clips[0].high == pytest.approx(0.58) for shape in below_skirt)


@pytest.mark.parametrize("style", SHOE_STYLES)
def test_shoes_stand_on_both_feet(style):
    shapes = make_shoes(replace(PERSON.other, shoe_style=style))
    assert {Bone.FOOT_L, Bone.FOOT_R} <= {shape.bone for shape in shapes}
    assert {shape.part for shape in shapes} == {"shoes"}
    assert min(s.end[1] - s.end_radius * s.scale[1] for s in shapes) == pytest.approx(0, abs=0.01)


def test_the_head_is_symmetric():
    shapes = make_head()
    mirrored = {(-s.start[0] + 0.0, *s.start[1:]) for s in shapes}
    assert mirrored == {(s.start[0] + 0.0, *s.start[1:]) for s in shapes}
