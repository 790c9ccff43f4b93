"""A trust card made from pairs of its own stream."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.benchmarking.explainers import GroupAverage, InterpreterExplainer, mean_true_shares
from attrimeter.benchmarking.measuring import measure_pairs
from attrimeter.benchmarking.trust import make_trust_card
from attrimeter.errors import InterpreterError
from attrimeter.interpreter import InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target
from attrimeter.workflows.trust_measuring import measure_trust

KINDS = {"few": 22}


def test_the_card_is_that_of_unseen_pairs_and_of_shares_from_training(
    tiny_target_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attrimeter.workflows.true_shares.SHARES_PAIRS", {"few": 2})
    target = open_target(tiny_target_file)
    torch.manual_seed(0)
    interpreter = build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings(hidden=8))
    card = measure_trust(target, interpreter, cache=tmp_path, pairs=KINDS, samples=20, workers=1)

    measured = measure_pairs(target, kinds=KINDS, stream=77_002, workers=1)
    shares = mean_true_shares(measure_pairs(target, kinds={"few": 2}, seed=1, stream=77_000, workers=1))
    own, average = (e.explain(measured) for e in (InterpreterExplainer(interpreter), GroupAverage(shares)))
    assert repr(card) == repr(make_trust_card(measured, own, average, samples=20))
    assert card.status == "measured" and card.pairs == 22
    assert np.isfinite(card.groups["upper colour"].relative_error)


def test_another_schema_is_refused_before_anything_is_measured(
    tiny_target_file: Path, tmp_path: Path
) -> None:
    target = open_target(tiny_target_file)
    interpreter = build_interpreter(target, SCHEMAS["dukemtmc"], InterpreterSettings(hidden=8))
    with pytest.raises(InterpreterError, match="'dukemtmc'.*'market1501'"):
        measure_trust(target, interpreter, cache=tmp_path)
    assert not list(tmp_path.iterdir())
