"""What a reader of an audit is told of the interpreter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from attrimeter.auditing.cautions import BOOKS_CELLS, NOT_MEASURED, list_audit_cautions, weak_groups
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.interpreter.facts import Facts
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target
from attrimeter.values import Score
from attrimeter.values.trust import GroupTrust, TrustCard

SCHEMA = SCHEMAS["market1501"]
CARD = TrustCard(
    status="measured",
    pairs=400,
    interpreter_error=Score(0.3, 0.2, 0.4),
    baseline_error=Score(0.5, 0.4, 0.6),
    spearman=Score(0.8, 0.7, 0.9),
    groups={
        name: GroupTrust("weak" if name in ("hat", "bag") else "measured", 0.8, 0.3, 0.0, 0.2, 100, "")
        for name in SCHEMA.groups
    },
    residuals={},
    words=("A card.",),
)


@pytest.fixture
def interpreter(tiny_target_file: Path) -> Interpreter:
    settings = InterpreterSettings(form="counterfactual", hidden=4)
    return build_interpreter(open_target(tiny_target_file), SCHEMA, settings)


def cautions(interpreter: Interpreter, card: TrustCard) -> tuple[str, ...]:
    interpreter.facts = Facts(trust=card)
    return list_audit_cautions(interpreter)


def test_without_a_card(interpreter: Interpreter, tiny_target_file: Path) -> None:
    assert list_audit_cautions(interpreter) == (NOT_MEASURED,)
    exact = build_interpreter(open_target(tiny_target_file), SCHEMA, InterpreterSettings("exact", hidden=4))
    assert list_audit_cautions(exact) == (BOOKS_CELLS, NOT_MEASURED)


def test_what_a_card_says(interpreter: Interpreter) -> None:
    assert weak_groups(interpreter) == ()
    (weak,) = cautions(interpreter, CARD)
    assert set(weak_groups(interpreter)) == {"hat", "bag"}
    assert weak.endswith(("for hat, bag.", "for bag, hat."))
    poor, _ = cautions(interpreter, replace(CARD, interpreter_error=Score(0.7, 0.6, 0.8)))
    assert "errs by 0.70, no less than a constant" in poor and "(0.50)" in poor
    assert cautions(interpreter, replace(CARD, status="not measured")) == (NOT_MEASURED,)
