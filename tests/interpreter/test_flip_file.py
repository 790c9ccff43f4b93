"""A flip card as plain data."""

from __future__ import annotations

import json

import pytest

from attrimeter.errors import InterpreterError
from attrimeter.interpreter.flip_file import flips_from_dict, flips_to_dict
from attrimeter.values.flip_answer import FlipCard, FlipRule, SetModel

CARD = FlipCard(
    rules={"match": FlipRule(sure=0.9, flips=0.88, smallest=0.4, pairs=291)},
    back=SetModel((1.0, -2.0), (0.1, 0.2, 0.3), 0.01),
    onward=SetModel((3.0,), (0.1, 0.2, 0.3), 0.02),
    threshold=340.5,
)


def test_a_card_comes_back_from_json() -> None:
    assert flips_from_dict(json.loads(json.dumps(flips_to_dict(CARD)))) == CARD


@pytest.mark.parametrize("change", [{"threshold": "far"}, {"rules": {"maybe": {}}}, {"back": None}])
def test_a_damaged_one_is_told(change: dict[str, object]) -> None:
    with pytest.raises(InterpreterError, match="calibrate --flips"):
        flips_from_dict({**flips_to_dict(CARD), **change})
