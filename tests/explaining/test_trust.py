"""Trust in an explanation: the card's residuals around its contributions, and the label they earn."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from attrimeter.explaining import explain_pair
from attrimeter.explaining.trust import attach_trust
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.interpreter.facts import Facts
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target
from attrimeter.values import OTHER, Score
from attrimeter.values.trust import GroupTrust, ResidualTable, TrustCard
from figures.examples import example_explanation, identical_explanation

SCHEMA = SCHEMAS["market1501"]
WEAK = ("gender", "upper colour")
CARD = TrustCard(
    status="measured",
    pairs=400,
    interpreter_error=Score(0.3, 0.2, 0.4),
    baseline_error=Score(0.5, 0.4, 0.6),
    spearman=Score(0.8, 0.7, 0.9),
    groups={
        name: GroupTrust("weak" if name in WEAK else "measured", 0.8, 0.3, 0.0, 0.2, 100, "")
        for name in SCHEMA.groups
    },
    residuals={name: ResidualTable((0.2,), (-0.01, -0.1), (0.02, 0.3)) for name in (*SCHEMA.groups, OTHER)},
    words=("A card.",),
)


def make(path: Path, metric: str, card: TrustCard | None) -> Interpreter:
    torch.manual_seed(6)
    made = build_interpreter(
        open_target(path, metric=metric), SCHEMA, InterpreterSettings(form="exact", hidden=8)
    )
    made.facts = Facts() if card is None else Facts(trust=card)
    return made


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_intervals_are_those_of_the_squared_distance_whatever_the_metric(
    tiny_target_file: Path, rendered_set: Path, metric: str
) -> None:
    paths = sorted((rendered_set / "query").glob("*.jpg"))
    interpreter = make(tiny_target_file, metric, CARD)
    explanation = explain_pair(interpreter, paths[0], paths[-1])
    a, b = interpreter.read_images([paths[0], paths[-1]]).embeddings
    squared = float((a - b).square().sum())
    to_squared = 2.0 if metric == "cosine" else math.sqrt(squared)
    assert set(explanation.intervals) == {*SCHEMA.groups, OTHER}
    for name, (low, high) in explanation.intervals.items():
        part = explanation.contributions[name] * to_squared
        below, above = (-0.1, 0.3) if abs(part) >= 0.2 * squared else (-0.01, 0.02)
        assert low * to_squared == pytest.approx(part + below * squared, rel=1e-5, abs=1e-9)
        assert high * to_squared == pytest.approx(part + above * squared, rel=1e-5, abs=1e-9)
    assert explanation.trust["gender"] == "weak" and explanation.trust["hat"] == "measured"


def test_without_a_card_nothing_is_claimed(tiny_target_file: Path, rendered_set: Path) -> None:
    paths = sorted((rendered_set / "query").glob("*.jpg"))
    interpreter = make(tiny_target_file, "euclidean", None)
    explanation = explain_pair(interpreter, paths[0], paths[-1])
    assert explanation.trust_label == "not measured"
    assert not explanation.intervals and not explanation.trust and not explanation.trust_words


def test_label_and_words_follow_the_groups_that_carry_the_pair() -> None:
    weak = attach_trust(example_explanation(), CARD)
    assert weak.trust_label == "weak"
    assert weak.trust_words == (
        "On 400 rendered pairs of unseen persons this interpreter's "
        "attribution of backpack agreed with measured truth; its attribution of upper colour did not.",
    )
    assert attach_trust(example_explanation(contributions={"hat": 5.0}), CARD).trust_label == "measured"


def test_an_interval_that_is_not_known_is_left_out() -> None:
    unknown = ResidualTable((), (math.nan,), (math.nan,))
    explanation = attach_trust(
        example_explanation(), replace(CARD, residuals={"hat": unknown, "bag": CARD.residuals["bag"]})
    )
    assert set(explanation.intervals) == {"bag"}


def test_at_distance_zero_intervals_have_no_width() -> None:
    explanation = attach_trust(identical_explanation(), CARD)
    assert set(explanation.intervals.values()) == {(0.0, 0.0)}
