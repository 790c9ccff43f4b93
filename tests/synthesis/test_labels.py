"""Labels read off a specification."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis import specification as spec
from attrimeter.synthesis.editing import labels_of
from attrimeter.synthesis.sampling import sample_person

SCHEMA = SCHEMAS["market1501"]
PERSON = replace(sample_person(0), hat=None, backpack=None, bag=None, handbag=None)
CHANGES = {
    "gender": {"gender": replace(PERSON.gender, female=True)},
    "hair": {"hair": replace(PERSON.hair, long=True)},
    "sleeve": {"sleeve": replace(PERSON.sleeve, short=True)},
    "length": {"length": replace(PERSON.length, short=True)},
    "type": {"type": replace(PERSON.type, skirt=False)},
    "hat": {"hat": spec.Hat("cap", (1, 2, 3), (4, 5, 6))},
    "backpack": {"backpack": spec.Backpack((1, 2, 3), (4, 5, 6), 1.0)},
    "bag": {"bag": spec.Bag((1, 2, 3), (4, 5, 6), "cross", 1, 1.0)},
    "handbag": {"handbag": spec.Handbag((1, 2, 3), (4, 5, 6), "tote", 1, 1.0)},
}


@pytest.mark.parametrize("name", CHANGES)
def test_single_attributes(name):
    person = replace(PERSON, **CHANGES[name])
    assert labels_of(person)[SCHEMA.index(name)] == 1


def test_plain_is_negative():
    person = replace(
        PERSON,
        gender=replace(PERSON.gender, female=False),
        hair=replace(PERSON.hair, long=False),
        sleeve=replace(PERSON.sleeve, short=False),
        length=replace(PERSON.length, short=False),
        type=replace(PERSON.type, skirt=True),
        upper_colour=replace(PERSON.upper_colour, name="orange"),
        lower_colour=replace(PERSON.lower_colour, name="red"),
    )
    np.testing.assert_array_equal(labels_of(person), np.zeros(len(SCHEMA), dtype=np.int8))
    assert labels_of(person).dtype == np.int8


@pytest.mark.parametrize("half", ["upper", "lower"])
def test_colours(half):
    cloth = getattr(PERSON, f"{half}_colour")
    for index in SCHEMA.groups[f"{half} colour"]:
        name = SCHEMA.names[index].removeprefix(f"{half} ")
        labels = labels_of(replace(PERSON, **{f"{half}_colour": replace(cloth, name=name)}))
        assert labels[list(SCHEMA.groups[f"{half} colour"])].sum() == 1
        assert labels[index] == 1
