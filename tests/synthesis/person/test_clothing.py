"""Tops, sleeves, trousers and skirts: where they end and what they cover."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attrimeter.synthesis.person.clothing import TOP_HEM, make_lower, make_sleeves, make_top
from attrimeter.synthesis.person.skeleton import ANKLE_HEIGHT, ELBOW_HEIGHT, KNEE_HEIGHT, WRIST_HEIGHT
from attrimeter.synthesis.sampling import sample_person
from attrimeter.synthesis.specification import LowerLength, LowerType, Sleeves

PERSON = sample_person(0)


def lowest_cut(shapes):
    return min(clip.low for shape in shapes for clip in shape.clips if clip.low > -1e8)


@pytest.mark.parametrize("skirt", [False, True])
@pytest.mark.parametrize(("short", "hem"), [(True, 0.52), (True, 0.66), (False, 0.07), (False, 0.12)])
def test_length_and_type_combine_freely(skirt, short, hem):
    person = replace(PERSON, type=LowerType(skirt, 0.5), length=LowerLength(short, hem))
    shapes = make_lower(person)
    assert hem <= lowest_cut(shapes) <= hem + 0.06
    assert ("shins" in {shape.part for shape in shapes}) == (not short)
    assert lowest_cut(shapes) > KNEE_HEIGHT if short else lowest_cut(shapes) < ANKLE_HEIGHT + 0.1


def test_a_skirt_is_one_tube_and_trousers_have_two_legs():
    legs = [shape.start[0] for shape in make_lower(replace(PERSON, type=LowerType(False, 0.5)))]
    assert min(legs) < 0 < max(legs)
    assert all(shape.start[0] == 0 for shape in make_lower(replace(PERSON, type=LowerType(True, 0.5))))


def test_sleeves_end_above_the_elbow_or_at_the_wrist():
    short = make_sleeves(replace(PERSON, sleeve=Sleeves(True, 1.22, 0.012)))
    long = make_sleeves(replace(PERSON, sleeve=Sleeves(False, 0.9, 0.012)))
    assert lowest_cut(short) == 1.22 > ELBOW_HEIGHT
    assert WRIST_HEIGHT < lowest_cut(long) == 0.9
    assert len(long) == 2 * len(short) == 4


def test_the_top_is_wider_than_what_is_under_it():
    shapes = make_top(PERSON.gender)
    hem = next(shape for shape in shapes if shape.end[1] == TOP_HEM)
    assert hem.end_radius > PERSON.gender.hip
    assert {shape.part for shape in shapes} == {"torso"}
