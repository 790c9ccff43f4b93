"""Folders that were written under earlier names of facts open, and are written under the present ones."""

from __future__ import annotations

import json
from typing import Any

import pytest

from attrimeter.interpreter.description import description_from_dict
from attrimeter.interpreter.earlier_names import rename_facts
from attrimeter.interpreter.facts import Facts
from attrimeter.interpreter.strict_model import seal_of
from interpreter.test_description import FACTS, plain

PRESENT: dict[str, Any] = {**FACTS, "fit": {**FACTS["fit"], "scene": "night"}}


def earlier_facts() -> dict[str, Any]:
    """As they were written before: by the earlier names alone."""
    text = json.dumps(PRESENT)
    for now, before in (("changes", "flips"), ("works", "flips"), ("scene", "look")):
        assert f'"{now}":' in text
        text = text.replace(f'"{now}":', f'"{before}":')
    return json.loads(text)


def test_a_sealed_folder_of_earlier_names_opens() -> None:
    data = {name: value for name, value in plain().items() if name != "seal"} | {"facts": earlier_facts()}
    opened = description_from_dict({**data, "seal": seal_of(data)}, origin="x")
    assert opened.facts == Facts.model_validate(PRESENT)
    assert json.loads(json.dumps(opened.to_dict()))["facts"] == PRESENT, "and is written by the present ones"
    assert description_from_dict(opened.to_dict(), origin="x") == opened


def test_present_names_stay() -> None:
    assert rename_facts(PRESENT) == PRESENT and rename_facts(FACTS) == FACTS


@pytest.mark.parametrize(
    "facts",
    [
        None, [], {}, {"fit": []}, {"changes": 3}, {"changes": {"rules": [1]}},
        {"changes": {"rules": {"match": 1}}},
        {"flips": {}, "changes": {}}, {"fit": {"look": "a", "scene": "b"}},
    ],
)  # fmt: skip
def test_what_is_not_as_facts_are_is_left_to_the_check(facts: Any) -> None:
    assert rename_facts(facts) == facts
