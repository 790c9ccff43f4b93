"""What is predicted of edits: the pair head's own numbers, and features computed set by set."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.errors import InterpreterError
from attrimeter.explaining.changes.forecast import (
    EditForecast,
    back_features,
    forecast_edits,
    onward_features,
)
from attrimeter.explaining.changes.smallest_sets import group_sets
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target

SCHEMA = SCHEMAS["market1501"]


def make(path: Path, form: str = "counterfactual") -> Interpreter:
    torch.manual_seed(2)
    return build_interpreter(open_target(path), SCHEMA, InterpreterSettings(form=form, hidden=8))


def images(count: int, seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 256, size=(128, 64, 3), dtype=np.uint8) for _ in range(count)]


def test_shares_are_those_of_the_ledger(tiny_target_file: Path) -> None:
    interpreter = make(tiny_target_file)
    first, second = interpreter.read_images(images(3, 1)), interpreter.read_images(images(3, 2))
    forecast = forecast_edits(interpreter, first, second)
    ledger = interpreter.compare_pairs(first, second)
    chords = (first.embeddings - second.embeddings).norm(dim=1)
    assert forecast.distances == pytest.approx(chords.square().numpy())
    for column, members in enumerate(SCHEMA.groups.values()):
        share = ledger[:, list(members)].sum(dim=1) / chords
        assert forecast.shares[:, column] == pytest.approx(share.numpy(), abs=1e-6)
    assert forecast.shared == pytest.approx(forecast.shared.transpose(0, 2, 1))
    assert ((forecast.differs > 0) & (forecast.differs < 1)).all()


def test_another_form_does_not_foresee_edits(tiny_target_file: Path) -> None:
    interpreter = make(tiny_target_file, "exact")
    reading = interpreter.read_images(images(1, 1))
    with pytest.raises(InterpreterError, match="exact form does not predict"):
        forecast_edits(interpreter, reading, reading)


@pytest.fixture
def forecast() -> EditForecast:
    rng = np.random.default_rng(0)
    moves = rng.normal(0, 1, (4, 5, 7))
    return EditForecast(
        distances=rng.uniform(1, 9, 4),
        shares=rng.normal(0.2, 0.1, (4, 5)),
        shared=np.einsum("ngd,nhd->ngh", moves, moves),
        differs=rng.random((4, 5)),
    )


def test_features_of_making_groups_alike(forecast: EditForecast) -> None:
    sets = group_sets(5)
    found = back_features(forecast, sets)
    for pair in range(4):
        for column, chosen in enumerate(sets):
            inside, rest = np.flatnonzero(chosen), np.flatnonzero(~chosen)
            own = sum(forecast.shares[pair, g] for g in inside)
            every = sum(forecast.shares[pair])
            count, all_ = sum(forecast.differs[pair, g] for g in inside), sum(forecast.differs[pair])
            shared = forecast.shared[pair]
            expected = [
                own, own**2, own * every, own * every**2, own * all_,
                own * math.log(forecast.distances[pair]), count, count**2, count / max(all_, 0.5),
                sum(shared[g, h] for g in inside for h in inside if g != h),
                sum(shared[g, h] for g in inside for h in rest),
            ]  # fmt: skip
            assert found[pair, column] == pytest.approx(expected)


def test_features_of_making_groups_different(forecast: EditForecast) -> None:
    sets = group_sets(5)
    found = onward_features(forecast, sets, threshold=4.0)
    for pair in range(4):
        for column, chosen in enumerate(sets):
            alike = [1 - forecast.differs[pair, g] if chosen[g] else 0.0 for g in range(5)]
            size = int(chosen.sum())
            expected = [*alike, size**2, size * forecast.distances[pair] / 4]
            assert found[pair, column] == pytest.approx(expected)
