"""Counterfactual answers about one pair, against loops over all small sets."""

from __future__ import annotations

import math
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from attrimeter.errors import InterpreterError, SettingsError
from attrimeter.explaining import explain_pair
from attrimeter.explaining.changes.answer import Rival, answer_change
from attrimeter.explaining.changes.forecast import (
    EditForecast,
    back_features,
    forecast_edits,
    onward_features,
)
from attrimeter.interpreter import ImageReading, Interpreter, InterpreterSettings, build_interpreter
from attrimeter.interpreter.facts import Facts
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target
from attrimeter.values.change_answer import ChangeCard, ChangeRule, SetModel

SCHEMA = SCHEMAS["market1501"]
NAMES = tuple(SCHEMA.groups)
SURE = 0.8


def make(
    path: Path, *, limit: float | None = None, form: str = "counterfactual", metric: str = "euclidean"
) -> Interpreter:
    torch.manual_seed(3)
    target = open_target(path, metric=metric)
    made = build_interpreter(target, SCHEMA, InterpreterSettings(form=form, hidden=8))
    if form == "counterfactual":
        with torch.no_grad():
            head = made.network.pair_head  # with shares of a sensible size
            head.move.zero_()
            head.move_scale.zero_()
            head.value_bias.copy_(torch.linspace(-0.3, 0.9, len(NAMES)))
            head.differ_bias.copy_(torch.linspace(2, -1, len(NAMES)))
    if limit is not None:
        made.same_person = SimpleNamespace(facts={"match_distance": limit})  # type: ignore[assignment]
    return made


def add_card(interpreter: Interpreter, threshold: float) -> ChangeCard:
    rng = np.random.default_rng(1)
    back = SetModel((-0.5, *rng.normal(0, 0.02, 10)), (0.003, 0.01, 0.02), 1e-4)
    onward = SetModel((*rng.uniform(0.2, 0.9, len(NAMES)), -0.02, 0.01), (0.01, 0.02, 0.03), 1e-4)
    rule = ChangeRule(SURE, 0.9, 0.5, 10)
    card = ChangeCard({"match": rule, "no match": rule, "swap": rule}, back, onward, threshold)
    interpreter.facts = Facts(changes=card)
    return card


def read(interpreter: Interpreter, seed: int) -> ImageReading:
    rng = np.random.default_rng(seed)
    return interpreter.read_images([rng.integers(0, 256, size=(128, 64, 3), dtype=np.uint8)])


def chord_of(first: ImageReading, second: ImageReading) -> float:
    return float((first.embeddings - second.embeddings).norm())


def chance(model: SetModel, features: Any, needed: float) -> tuple[float, float]:
    change = sum(w * f for w, f in zip(model.weights, features, strict=True))
    a, b, c = model.spread
    deviation = math.sqrt(max(a + b * abs(change) + c * change**2, model.floor))
    beyond = (needed - change if needed < 0 else change - needed) / deviation
    return 0.5 * (1 + math.erf(beyond / math.sqrt(2))), change


def best_by_hand(
    forecast: EditForecast, model: SetModel, needed: float, *, threshold: float | None
) -> tuple[tuple[int, ...], float, float] | None:
    """Groups, probability and change of the smallest sure set of up to three, or of the surest."""
    surest: tuple[float, tuple[int, ...], float] = (0.0, (), 0.0)
    for size in (1, 2, 3):
        for chosen in combinations(range(len(NAMES)), size):
            row = np.zeros((1, len(NAMES)), dtype=bool)
            row[0, list(chosen)] = True
            features = (
                back_features(forecast, row)
                if threshold is None
                else onward_features(forecast, row, threshold=threshold)
            )
            likely, change = chance(model, features[0, 0], needed)
            surest = max(surest, (likely, chosen, change))
        if surest[0] >= SURE:
            break
    return None if surest[0] < 0.25 else (surest[1], surest[0], surest[2])


def test_nothing_is_said_without_a_threshold_or_by_another_form(tiny_target_file: Path) -> None:
    for interpreter in (make(tiny_target_file), make(tiny_target_file, form="exact", limit=1.0)):
        assert answer_change(interpreter, read(interpreter, 1), read(interpreter, 2)) is None


@pytest.mark.parametrize("share", [0.55, 0.85, 0.97])
def test_without_calibration_contributions_add_up(tiny_target_file: Path, share: float) -> None:
    interpreter = make(tiny_target_file)
    first, second = read(interpreter, 1), read(interpreter, 2)
    distance = chord_of(first, second)
    interpreter = make(tiny_target_file, limit=share * distance)
    answer = answer_change(interpreter, first, second)
    forecast = forecast_edits(interpreter, first, second)
    needed = 1 - share**2
    shares = dict(zip(NAMES, forecast.shares[0], strict=True))
    sizes = [size for size in (1, 2, 3) if sum(sorted(shares.values(), reverse=True)[:size]) >= needed]
    assert answer is not None and answer.turn == "match" and answer.probability is None
    assert answer.distance == pytest.approx(distance) and answer.threshold == pytest.approx(share * distance)
    expected = sorted(shares, key=lambda name: -shares[name])[: sizes[0]] if sizes else []
    assert sorted(answer.groups) == sorted(expected)
    if expected:
        after = distance**2 * (1 - sum(shares[name] for name in expected))
        assert answer.after == pytest.approx(math.sqrt(max(after, 0)))


def test_a_match_is_not_broken_by_guesswork(tiny_target_file: Path) -> None:
    interpreter = make(tiny_target_file, limit=1e9)
    assert answer_change(interpreter, read(interpreter, 1), read(interpreter, 2)) is None


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("ratio", [0.3, 0.7, 0.9, 1.1, 1.5])
def test_calibrated_answers_are_the_smallest_sure_ones(
    tiny_target_file: Path, ratio: float, metric: str
) -> None:
    plain = make(tiny_target_file, metric=metric)
    first, second = read(plain, 1), read(plain, 2)
    chord = chord_of(first, second)
    threshold = (ratio * chord) ** 2
    limit = threshold / 2 if metric == "cosine" else math.sqrt(threshold)
    interpreter = make(tiny_target_file, limit=limit, metric=metric)
    card = add_card(interpreter, threshold)
    answer = answer_change(interpreter, first, second)
    forecast = forecast_edits(interpreter, first, second)
    apart = ratio < 1
    unit = chord**2 if apart else threshold
    expected = best_by_hand(
        forecast, card.back if apart else card.onward, (threshold - chord**2) / unit,
        threshold=None if apart else threshold,
    )  # fmt: skip
    assert answer is not None and answer.turn == ("match" if apart else "no match")
    if expected is None:
        assert answer.groups == () and answer.after is None and answer.probability is None
        return
    assert {NAMES.index(name) for name in answer.groups} == set(expected[0])
    assert answer.probability == pytest.approx(expected[1])
    after = max(0.0, chord**2 + unit * expected[2])
    assert answer.after == pytest.approx(after / 2 if metric == "cosine" else math.sqrt(after))


def test_a_rival_is_overtaken(tiny_target_file: Path) -> None:
    interpreter = make(tiny_target_file)
    readings = [read(interpreter, seed) for seed in range(1, 7)]
    query, *others = readings
    near, *_, far = sorted(others, key=lambda other: chord_of(query, other))
    card = add_card(interpreter, 1.0)
    answer = answer_change(interpreter, query, far, rival=Rival("near.jpg", near))
    assert answer is not None and answer.turn == "swap" and answer.rival == "near.jpg"
    assert answer.threshold == pytest.approx(chord_of(query, near))
    needed = chord_of(query, near) ** 2 / chord_of(query, far) ** 2 - 1
    expected = best_by_hand(forecast_edits(interpreter, query, far), card.back, needed, threshold=None)
    assert expected is not None and {NAMES.index(name) for name in answer.groups} == set(expected[0])
    with pytest.raises(SettingsError, match=r"far.jpg .* does not rank before"):
        answer_change(interpreter, query, near, rival=Rival("far.jpg", far))
    other = make(tiny_target_file, form="exact")
    query, near, far = (read(other, seed) for seed in (1, 2, 3))
    if chord_of(query, near) > chord_of(query, far):
        near, far = far, near
    with pytest.raises(InterpreterError, match="does not predict"):
        answer_change(other, query, far, rival=Rival("near.jpg", near))


def test_an_explanation_carries_the_answer(tiny_target_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attrimeter.explaining.pair._answer", lambda *_, **__: None)
    rng = np.random.default_rng(5)
    first, second, third = (rng.integers(0, 256, size=(128, 64, 3), dtype=np.uint8) for _ in range(3))
    interpreter = make(tiny_target_file)
    add_card(interpreter, 1.0)
    assert explain_pair(interpreter, first, second).change is None
    limit = explain_pair(interpreter, first, second).distance / 2
    told = make(tiny_target_file, limit=limit)
    explanation = explain_pair(told, first, second)
    assert explanation.change is not None and explanation.change.threshold == limit
    nearer, farther = sorted((second, third), key=lambda image: explain_pair(told, first, image).distance)
    swap = explain_pair(told, first, farther, rival=nearer).change
    assert swap is not None and swap.rival == "image C"
    assert swap.threshold == pytest.approx(explain_pair(told, first, nearer).distance)
