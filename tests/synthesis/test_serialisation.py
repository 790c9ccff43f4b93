"""Specifications and views through JSON and back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from attrimeter.errors import SettingsError
from attrimeter.synthesis.sampling import sample_person
from attrimeter.synthesis.serialisation import (
    person_from_dict,
    person_to_dict,
    view_from_dict,
    view_to_dict,
)
from attrimeter.synthesis.view import sample_view


@pytest.mark.parametrize("seed", range(20))
def test_json_round_trip(seed):
    person, view = sample_person(seed), sample_view(seed, seed % 6 + 1)
    assert person_from_dict(json.loads(json.dumps(person_to_dict(person)))) == person
    assert view_from_dict(json.loads(json.dumps(view_to_dict(view)))) == view


def test_the_scene_is_named_where_it_is_not_the_standard_one():
    day, night = sample_view(1, 2), sample_view(1, 2, scene="night")
    assert "scene" not in view_to_dict(day) and view_to_dict(night)["scene"] == "night"
    assert view_from_dict(json.loads(json.dumps(view_to_dict(night)))) == night
    with pytest.raises(SettingsError, match="no scene 'dusk'"):
        view_from_dict({**view_to_dict(day), "scene": "dusk"})


def test_an_earlier_list_calls_the_scene_a_look():
    night = view_to_dict(view := sample_view(1, 2, scene="night"))
    assert view_from_dict({"look": night.pop("scene"), **night}) == view
    with pytest.raises(SettingsError, match="The view needs exactly the entries"):
        view_from_dict({**view_to_dict(view), "look": "night"})


def test_whole_numbers_stand_for_floats():
    view = replace(sample_view(0, 1), azimuth=90.0)
    assert view_from_dict({**view_to_dict(view), "azimuth": 90}) == view


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hair": None}, "person.hair needs exactly the entries"),
        ({"length": {"short": 1, "hem": 0.5}}, "person.length.short must be a bool"),
        ({"length": {"short": True}}, "person.length needs exactly the entries"),
        ({"hat": {"style": "cap", "colour": [1, 2], "second": [1, 2, 3]}}, "needs 3 numbers"),
        ({"hat": {"style": 3, "colour": [1, 2, 3], "second": [1, 2, 3]}}, "person.hat.style must be a str"),
        ({"surprise": 1}, "The person needs exactly the entries"),
    ],
)
def test_malformed_persons_are_refused(change, message):
    with pytest.raises(SettingsError, match=message):
        person_from_dict({**person_to_dict(sample_person(0)), **change})


@pytest.mark.parametrize("data", [None, [], "view", {}])
def test_what_is_no_view_is_refused(data):
    with pytest.raises(SettingsError, match="The view needs exactly the entries"):
        view_from_dict(data)
