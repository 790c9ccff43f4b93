"""Exchanging attribute groups: only that group, in any order, all of them together."""

from __future__ import annotations

from dataclasses import fields
from itertools import permutations

import pytest

from attrimeter.errors import SettingsError
from attrimeter.schemas import SCHEMAS
from attrimeter.synthesis.editing import GROUP_FIELDS, OTHER_GROUP, edit_group, labels_of
from attrimeter.synthesis.sampling import sample_person

PERSON, SOURCE = sample_person(1), sample_person(2)


def test_the_groups_are_those_of_the_schema_and_cover_the_specification():
    assert set(GROUP_FIELDS) == set(SCHEMAS["market1501"].groups)
    assert {*GROUP_FIELDS.values(), OTHER_GROUP} == {field.name for field in fields(PERSON)}


@pytest.mark.parametrize("group", [*GROUP_FIELDS, OTHER_GROUP])
def test_an_edit_takes_its_group_and_nothing_else(group):
    edited = edit_group(PERSON, SOURCE, group)
    touched = GROUP_FIELDS.get(group, OTHER_GROUP)
    for field in fields(PERSON):
        origin = SOURCE if field.name == touched else PERSON
        assert getattr(edited, field.name) == getattr(origin, field.name)
    schema = SCHEMAS["market1501"]
    inside = list(schema.groups.get(group, ()))
    outside = [index for index in range(len(schema)) if index not in inside]
    assert (labels_of(edited)[inside] == labels_of(SOURCE)[inside]).all()
    assert (labels_of(edited)[outside] == labels_of(PERSON)[outside]).all()


def test_the_order_of_edits_does_not_matter():
    def edit(order):
        person = PERSON
        for group in order:
            person = edit_group(person, SOURCE, group)
        return person

    results = {edit(order) for order in permutations(("type", "length", "lower colour", "gender"))}
    assert len(results) == 1
    assert edit([*GROUP_FIELDS, OTHER_GROUP]) == SOURCE


def test_an_unknown_group_is_refused():
    with pytest.raises(SettingsError, match="no attribute group 'moustache'"):
        edit_group(PERSON, SOURCE, "moustache")
