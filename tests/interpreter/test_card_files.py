"""Trust cards and change cards as plain data."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from attrimeter.errors import InterpreterError
from attrimeter.explaining.changes.forecast import EditForecast, back_features, onward_features
from attrimeter.interpreter.card_files import (
    BACK_FEATURES,
    ONWARD_FEATURES,
    changes_from_dict,
    changes_to_dict,
    check_changes,
    check_trust,
    trust_from_dict,
    trust_to_dict,
)
from attrimeter.values import Score
from attrimeter.values.change_answer import ChangeCard, ChangeRule, SetModel
from attrimeter.values.trust import GroupTrust, ResidualTable, TrustCard

CARD = TrustCard(
    status="measured",
    pairs=400,
    interpreter_error=Score(0.31, 0.28, 0.34),
    baseline_error=Score(0.5, 0.4, 0.6),
    spearman=Score(0.8, 0.7, 0.9),
    groups={"hat": GroupTrust("measured", 0.9, 0.2, 0.01, 0.3, 120, "Hat agreed.")},
    residuals={
        "hat": ResidualTable((0.1,), (-0.02, -0.1), (0.03, 0.2)),
        "other": ResidualTable((), (0.0,), (1.0,)),
    },
    words=("One.", "Two."),
)


def through_json(card: TrustCard) -> Any:
    return json.loads(json.dumps(trust_to_dict(card), allow_nan=False))


def test_a_card_survives_the_way_through_json() -> None:
    assert trust_from_dict(through_json(CARD)) == CARD


def test_what_is_not_known_is_null_in_the_file_and_nan_in_the_card() -> None:
    unknown = Score(math.nan, math.nan, math.nan)
    empty = TrustCard("not measured", 3, unknown, unknown, unknown, {}, {}, ("Too few.",))
    data = through_json(empty)
    assert data["spearman"] == {"value": None, "low": None, "high": None}
    again = trust_from_dict(data)
    assert (
        math.isnan(again.spearman.value) and again.words == ("Too few.",) and again.status == "not measured"
    )


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"status": "splendid"}, "status"),
        ({"pairs": "many"}, "pairs"),
        ({"groups": {"hat": {"verdict": "weak"}}}, "groups.hat"),
        ({"residuals": {"hat": {"edges": [0.1], "low": "x", "high": [1.0]}}}, "residuals.hat.low"),
        ({"residuals": {"hat": {"edges": [0.1], "low": [0.0], "high": [1.0]}}}, "residuals.hat"),
        ({"residuals": {"hat": {"edges": [], "low": [2.0], "high": [1.0]}}}, "residuals.hat"),
        ({"residuals": {"hat": {"edges": [0.2, 0.1], "low": [0, 0, 0], "high": [1, 1, 1]}}}, "residuals.hat"),
        ({"pairs": -1}, "pairs"),
        ({"pairs": 4.0}, "pairs"),
        ({"pairs": True}, "pairs"),
        ({"words": "One."}, "words"),
        ({"spearman": {"value": 0.5, "low": 0.6, "high": 0.4}}, "spearman"),
        ({"spearman": {"value": "0.5", "low": 0.4, "high": 0.6}}, "spearman"),
    ],
)
def test_a_damaged_card_is_refused_and_the_place_named(change: dict[str, Any], place: str) -> None:
    with pytest.raises(InterpreterError, match=place) as caught:
        trust_from_dict({**through_json(CARD), **change})
    assert "fit the interpreter again" in str(caught.value)


def test_a_group_that_the_schema_does_not_have_is_refused() -> None:
    check_trust(CARD, groups=("hat", "bag"))
    with pytest.raises(InterpreterError, match="'hat', which the schema does not know"):
        check_trust(CARD, groups=("bag",))


def test_what_is_no_card_at_all_is_refused() -> None:
    with pytest.raises(InterpreterError, match="trust card"):
        trust_from_dict([1, 2])


RULE = ChangeRule(sure=0.9, works=0.88, smallest=0.4, pairs=291)
CHANGE_CARD = ChangeCard(
    rules={"match": RULE, "no match": RULE, "swap": replace(RULE, sure=0.5)},
    back=SetModel((1.0, -2.0), (0.1, 0.2, 0.3), 0.01),
    onward=SetModel((3.0,), (0.1, 0.2, 0.3), 0.02),
    threshold=340.5,
)


def test_a_card_comes_back_from_json() -> None:
    assert changes_from_dict(json.loads(json.dumps(changes_to_dict(CHANGE_CARD)))) == CHANGE_CARD


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
        changes_from_dict({**changes_to_dict(CHANGE_CARD), **change})


def test_rules_are_in_their_range() -> None:
    for wrong in ({"sure": 1.5}, {"works": -0.1}, {"pairs": -3}):
        card = replace(CHANGE_CARD, rules={**CHANGE_CARD.rules, "swap": replace(RULE, **wrong)})  # type: ignore[arg-type]
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
        "back": replace(CHANGE_CARD.back, weights=(0.0,) * BACK_FEATURES),
        "onward": replace(CHANGE_CARD.onward, weights=(0.0,) * (groups + ONWARD_FEATURES)),
    }
    fitting = changes_to_dict(replace(CHANGE_CARD, **models))
    card = changes_from_dict(json.loads(json.dumps(fitting)))
    check_changes(card, groups=groups)
    with pytest.raises(InterpreterError, match="onward: 6 weights for 7 features"):
        check_changes(card, groups=groups + 1)
