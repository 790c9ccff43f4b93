from __future__ import annotations

import json
import math
from typing import Any

import pytest

from attrimeter.errors import InterpreterError
from attrimeter.interpreter.trust_file import check_trust, trust_from_dict, trust_to_dict
from attrimeter.values import Score
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
