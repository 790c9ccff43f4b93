"""A change card as plain data."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from attrimeter.errors import InterpreterError
from attrimeter.explaining.changes.forecast import EditForecast, back_features, onward_features
from attrimeter.interpreter.change_file import (
    BACK_FEATURES,
    ONWARD_FEATURES,
    changes_from_dict,
    changes_to_dict,
    check_changes,
)
from attrimeter.values.change_answer import ChangeCard, ChangeRule, SetModel

RULE = ChangeRule(sure=0.9, works=0.88, smallest=0.4, pairs=291)
CARD = ChangeCard(
    rules={"match": RULE, "no match": RULE, "swap": replace(RULE, sure=0.5)},
    back=SetModel((1.0, -2.0), (0.1, 0.2, 0.3), 0.01),
    onward=SetModel((3.0,), (0.1, 0.2, 0.3), 0.02),
    threshold=340.5,
)


def test_a_card_comes_back_from_json() -> None:
    assert changes_from_dict(json.loads(json.dumps(changes_to_dict(CARD)))) == CARD


CHANGES: list[dict[str, object]] = [
    {"threshold": "far"},
    {"threshold": 0},
    {"threshold": None},
    {"rules": {"maybe": {}}},
    {"rules": {"match": {"sure": 0.9, "works": 0.8, "smallest": 0.4, "pairs": 3}}},
    {"back": None},
    {"back": {"weights": [1.0], "spread": [1.0], "floor": 0.0}},
    {"onward": {"weights": [1.0], "spread": [1.0, 2.0, 3.0], "floor": -1.0}},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_damaged_one_is_told(change: dict[str, object]) -> None:
    with pytest.raises(InterpreterError, match="calibrate --changes"):
        changes_from_dict({**changes_to_dict(CARD), **change})


def test_rules_are_in_their_range() -> None:
    for wrong in ({"sure": 1.5}, {"works": -0.1}, {"pairs": -3}):
        card = replace(CARD, rules={**CARD.rules, "swap": replace(RULE, **wrong)})  # type: ignore[arg-type]
        with pytest.raises(InterpreterError, match=r"rules\.swap"):
            changes_from_dict(changes_to_dict(card))


def test_features_are_as_many_as_answers_are_learnt_from() -> None:
    """The numbers that the file asks for are those that answers are made with."""
    n, groups = 2, 4
    forecast = EditForecast(
        np.ones(n), np.ones((n, groups)), np.ones((n, groups, groups)), np.ones((n, groups))
    )
    sets = np.eye(groups, dtype=bool)
    back, onward = back_features(forecast, sets), onward_features(forecast, sets, threshold=1.0)
    assert back.shape[2] == BACK_FEATURES and onward.shape[2] == groups + ONWARD_FEATURES
    models = {
        "back": replace(CARD.back, weights=(0.0,) * BACK_FEATURES),
        "onward": replace(CARD.onward, weights=(0.0,) * (groups + ONWARD_FEATURES)),
    }
    fitting = changes_to_dict(replace(CARD, **models))
    card = changes_from_dict(json.loads(json.dumps(fitting)))
    check_changes(card, groups=groups)
    with pytest.raises(InterpreterError, match="onward: 6 weights for 7 features"):
        check_changes(card, groups=groups + 1)
