"""The assembled person: what is there, and natural proportions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.synthesis.person.body import build_body, tabulate_body
from attrimeter.synthesis.person.skeleton import BODY_HEIGHT
from attrimeter.synthesis.sampling import sample_person

PERSONS = [sample_person(seed) for seed in range(60)]


def top(shapes):
    return max(max(s.start[1] + s.radius * s.scale[1], s.end[1] + s.end_radius * s.scale[1]) for s in shapes)


def width(shapes):
    return 2 * max(abs(s.end[0]) + s.end_radius * s.scale[0] for s in shapes)


@pytest.mark.parametrize("person", PERSONS[:20], ids=range(20))
def test_a_part_is_there_exactly_if_the_person_has_it(person):
    parts = {shape.part for shape in build_body(person)}
    for name in ("hat", "backpack", "bag", "handbag"):
        assert (name in parts) == (getattr(person, name) is not None)
    assert {"face", "hair", "torso", "arms", "thighs", "shoes"} <= parts


@pytest.mark.parametrize("person", PERSONS[:20], ids=range(20))
def test_proportions(person):
    shapes = build_body(replace(person, hat=None))
    hair = [s for s in shapes if s.part == "hair"]
    head = [s for s in shapes if s.part == "face" and s.bone.name == "HEAD"]
    assert top(hair) == pytest.approx(BODY_HEIGHT, abs=0.03)
    chin = min(s.start[1] - s.scale[1] for s in head)
    assert 6.8 < top(hair) / (top(hair) - chin) < 8.2
    arms = [s for s in shapes if s.part == "arms" and s.bone.name.startswith("UPPER")]
    assert 0.36 < width(arms) < 0.56


def test_height_does_not_depend_on_gender():
    female = next(p for p in PERSONS if p.gender.female)
    male = next(p for p in PERSONS if not p.gender.female)
    swapped = replace(male, gender=female.gender)
    assert top(build_body(swapped)) == top(build_body(male))
    head = [[s for s in build_body(p) if s.part in ("hair", "hat")] for p in (male, swapped)]
    assert head[0] == head[1]


def test_tables_are_kept():
    assert tabulate_body(PERSONS[0]) is tabulate_body(sample_person(0))
    assert np.isfinite(tabulate_body(PERSONS[0]).starts).all()
