"""Random persons: frequencies, correlations, and differences below the labels."""

from __future__ import annotations

import numpy as np
import pytest

from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis.editing import labels_of
from attrimeter.synthesis.sampling import sample_person

SCHEMA = SCHEMAS["market1501"]
PERSONS = [sample_person(seed) for seed in range(4000)]
LABELS = np.array([labels_of(person) for person in PERSONS])


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("gender", 0.43),
        ("hair", 0.33),
        ("sleeve", 0.75),
        ("length", 0.60),
        ("type", 0.85),
        ("hat", 0.08),
        ("backpack", 0.27),
        ("bag", 0.25),
        ("handbag", 0.12),
        ("upper white", 0.27),
        ("lower black", 0.36),
    ],
)
def test_frequencies(name, share):
    assert LABELS[:, SCHEMA.index(name)].mean() == pytest.approx(share, abs=0.03)


def test_every_attribute_occurs_and_few_have_no_named_colour():
    assert (LABELS.sum(axis=0) > 10).all()
    for half in ("upper", "lower"):
        unnamed = LABELS[:, list(SCHEMA.groups[f"{half} colour"])].sum(axis=1) == 0
        assert 0.02 < unnamed.mean() < 0.08


def test_skirts_and_long_hair_go_with_gender():
    female = LABELS[:, SCHEMA.index("gender")] == 1
    skirt = LABELS[:, SCHEMA.index("type")] == 0
    long_hair = LABELS[:, SCHEMA.index("hair")] == 1
    assert skirt[~female].mean() < 0.01 < skirt[female].mean()
    assert long_hair[female].mean() > 0.6 > 0.1 > long_hair[~female].mean()


def test_equal_labels_do_not_make_equal_persons():
    assert len(set(PERSONS)) == len(PERSONS)
    assert len({person.upper_colour.colour for person in PERSONS if person.upper_colour.name == "red"}) > 200


def test_seeds_and_generators():
    assert sample_person(7) == sample_person(7)
    assert sample_person(np.random.Generator(np.random.PCG64(7))) == sample_person(7)
    rng = np.random.Generator(np.random.PCG64(7))
    assert sample_person(rng) != sample_person(rng)


def test_ages_are_mostly_three():
    ages = np.array([person.other.age for person in PERSONS])
    assert set(ages) == {1, 2, 3, 4}
    assert (ages == 3).mean() > 0.7
