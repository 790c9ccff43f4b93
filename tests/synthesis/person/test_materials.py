"""Colours of surfaces: each part of the specification paints its own material only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.synthesis import specification as spec
from attrimeter.synthesis.palette import to_linear
from attrimeter.synthesis.person.body import tabulate_body
from attrimeter.synthesis.person.materials import (
    LOWER_PATTERN_MASKS,
    UPPER_PATTERN_MASKS,
    base_colours,
    paint_samples,
)
from attrimeter.synthesis.person.primitives import PART_LABELS, Material
from attrimeter.synthesis.sampling import sample_person

PERSON = replace(
    sample_person(0),
    hat=spec.Hat("brim", (250, 10, 10), (10, 250, 10)),
    backpack=spec.Backpack((10, 10, 250), (250, 250, 10), 1.0),
    bag=None,
    handbag=spec.Handbag((10, 250, 250), (250, 10, 250), "tote", 1, 1.0),
)


def paint(person, material, rest):
    count = rest.shape[1]
    colours = np.full((3, count), 0.25, dtype=np.float32)
    paint_samples(person, np.full(count, material), colours, rest.astype(np.float32))
    return colours


def points(low, high, count=2000):
    rng = np.random.default_rng(0)
    return rng.uniform(low, high, (count, 3)).T


TORSO = points((-0.15, 1.0, -0.1), (0.15, 1.45, 0.1))
LEGS = points((-0.17, 0.1, -0.08), (0.17, 0.95, 0.08))


def test_base_colours_are_the_specified_ones_times_the_tone():
    table = tabulate_body(PERSON)
    colours = base_colours(PERSON, table)
    expected = {
        (Material.HAT, "hat"): PERSON.hat.colour,
        (Material.TRIM, "hat"): PERSON.hat.second,
        (Material.BACKPACK, "backpack"): PERSON.backpack.colour,
        (Material.HANDBAG, "handbag"): PERSON.handbag.colour,
        (Material.TRIM, "handbag"): PERSON.handbag.second,
        (Material.UPPER, "torso"): PERSON.upper_colour.colour,
        (Material.SKIN, "arms"): PERSON.other.skin,
    }
    for (material, part), colour in expected.items():
        rows = np.flatnonzero((table.materials == material) & (table.parts == PART_LABELS[part]))
        assert len(rows), (material, part)
        for row in rows:
            np.testing.assert_allclose(colours[row], to_linear(colour) * table.tones[row], rtol=1e-5)


@pytest.mark.parametrize("pattern", spec.UPPER_PATTERNS)
def test_upper_patterns_show_the_second_colour_in_a_minority_of_places(pattern):
    cloth = replace(PERSON.upper_colour, pattern=pattern, second=(255, 0, 0), scale=1.0)
    plain = replace(cloth, pattern="plain")
    one, other = (paint(replace(PERSON, upper_colour=c), Material.UPPER, TORSO) for c in (cloth, plain))
    share = (np.abs(one - other) > 0.02).any(axis=0).mean()
    assert share == 0 if pattern == "plain" else 0.01 < share < 0.62
    assert (pattern in UPPER_PATTERN_MASKS) == (pattern != "plain")


@pytest.mark.parametrize("pattern", spec.LOWER_PATTERNS)
def test_lower_patterns(pattern):
    cloth = replace(PERSON.lower_colour, pattern=pattern, second=(255, 0, 0), scale=1.0)
    plain = replace(cloth, pattern="plain")
    one, other = (paint(replace(PERSON, lower_colour=c), Material.LOWER, LEGS) for c in (cloth, plain))
    share = (np.abs(one - other) > 0.005).any(axis=0).mean()
    assert share == 0 if pattern == "plain" else 0.01 < share < 0.62
    assert (pattern in LOWER_PATTERN_MASKS) == (pattern not in ("plain", "denim"))


@pytest.mark.parametrize("material", [Material.SKIN, Material.HAT, Material.TRIM, Material.BAG])
def test_plain_materials_are_left_alone(material):
    np.testing.assert_array_equal(paint(PERSON, material, TORSO), 0.25)


@pytest.mark.parametrize("material", [Material.LOWER, Material.HAIR, Material.SHOE, Material.BACKPACK])
def test_the_upper_cloth_colours_nothing_else(material):
    changed = replace(PERSON, upper_colour=spec.Cloth("red", (200, 0, 0), (0, 0, 200), "check", 0.8, seed=99))
    np.testing.assert_array_equal(paint(PERSON, material, TORSO), paint(changed, material, TORSO))


def test_folds_come_from_the_garment_s_own_seed():
    cloth = replace(PERSON.upper_colour, pattern="plain", seed=1)
    one, same, other = (
        paint(replace(PERSON, upper_colour=replace(cloth, seed=seed)), Material.UPPER, TORSO)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert (one != other).mean() > 0.5


def test_a_face_has_dark_eyes_and_a_beard_only_where_there_is_one():
    eye = np.array([[0.031], [1.631], [0.09]])
    jaw = np.array([[0.02], [1.59], [0.08]])
    assert paint(PERSON, Material.FACE, eye).max() < 0.05
    shaven = replace(PERSON, gender=replace(PERSON.gender, beard=0.0))
    bearded = replace(PERSON, gender=replace(PERSON.gender, beard=1.0))
    assert paint(bearded, Material.FACE, jaw).max() < 0.1 < paint(shaven, Material.FACE, jaw).min()
