"""A trust card made from pairs of its own stream."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from attrimeter.benchmarking import trust_measuring
from attrimeter.benchmarking.explainers import GroupAverage, InterpreterExplainer, mean_true_shares
from attrimeter.benchmarking.trust import make_trust_card
from attrimeter.benchmarking.trust_measuring import add_trust, measure_trust
from attrimeter.errors import InterpreterError
from attrimeter.interpreter import InterpreterSettings, build_interpreter, open_interpreter, save_interpreter
from attrimeter.interpreter.facts import Facts
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import open_target
from benchmarking.measured import measure_pairs

KINDS = {"few": 22}


@pytest.mark.parametrize("mark", [False, True])
def test_the_card_is_that_of_unseen_pairs_and_of_shares_from_training(
    tiny_target_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: bool
) -> None:
    monkeypatch.setattr("attrimeter.benchmarking.true_shares.SHARES_PAIRS", {"few": 2})
    target = open_target(tiny_target_file)
    torch.manual_seed(0)
    interpreter = build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings("exact", hidden=8))
    card = measure_trust(target, interpreter, cache=tmp_path, pairs=KINDS, samples=20, workers=1, mark=mark)

    measured = measure_pairs(target, kinds=KINDS, stream=77_002, workers=1, mark=mark)
    shares = mean_true_shares(
        measure_pairs(target, kinds={"few": 2}, seed=1, stream=77_000, workers=1, mark=mark)
    )
    own, average = (e.explain(measured) for e in (InterpreterExplainer(interpreter), GroupAverage(shares)))
    assert repr(card) == repr(make_trust_card(measured, own, average, samples=20))
    assert card.status == "measured" and card.pairs == 22
    assert np.isfinite(card.groups["upper colour"].relative_error)


def test_another_schema_is_refused_before_anything_is_measured(
    tiny_target_file: Path, tmp_path: Path
) -> None:
    target = open_target(tiny_target_file)
    interpreter = build_interpreter(target, SCHEMAS["dukemtmc"], InterpreterSettings("exact", hidden=8))
    with pytest.raises(InterpreterError, match="'dukemtmc'.*'market1501'"):
        measure_trust(target, interpreter, cache=tmp_path)
    assert not list(tmp_path.iterdir())


def test_shares_known_from_fitting_are_not_measured_again(
    tiny_target_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust_measuring, "average_true_shares", None)
    target = open_target(tiny_target_file)
    interpreter = build_interpreter(
        target, SCHEMAS["market1501"], InterpreterSettings(form="counterfactual", hidden=8)
    )
    known = np.linspace(-0.1, 0.3, len(SCHEMAS["market1501"].groups))
    interpreter.facts = Facts(true_shares=tuple(known.tolist()))
    card = measure_trust(target, interpreter, cache=tmp_path, pairs={"few": 4}, samples=20, workers=1)
    measured = measure_pairs(target, kinds={"few": 4}, stream=77_002, workers=1)
    own, average = (e.explain(measured) for e in (InterpreterExplainer(interpreter), GroupAverage(known)))
    assert repr(card) == repr(make_trust_card(measured, own, average, samples=20))


@pytest.mark.parametrize("form", ["exact", "counterfactual"])
def test_the_card_is_kept_in_the_folder(
    tiny_target_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr("attrimeter.benchmarking.true_shares.SHARES_PAIRS", {"few": 2})
    target = open_target(tiny_target_file)
    interpreter = build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings(form=form, hidden=8))
    steps: list[str] = []

    def progress(name: str) -> object:
        steps.append(name)
        return lambda done, total: None

    save_interpreter(tmp_path / "run", interpreter, target_name="tiny")
    words = {"cache": tmp_path / "cache", "pairs": {"few": 3}, "workers": 1}
    card = add_trust(tmp_path / "run", target, interpreter, **words, progress=progress)  # type: ignore[arg-type]
    assert steps == ["trust card", "average shares"]
    kept = open_interpreter(tmp_path / "run", target)
    assert repr(kept.facts.trust) == repr(card) == repr(interpreter.facts.trust)


def test_mark_and_look_are_asked_for(
    tiny_target_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[bool, str]] = []

    class StopHereError(Exception):
        """Nothing need be measured."""

    def load(*words: object, mark: bool, scene: str, **more: object) -> object:
        asked.append((mark, scene))
        raise StopHereError

    monkeypatch.setattr(trust_measuring, "load_or_measure", load)
    target = open_target(tiny_target_file)
    interpreter = build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings("exact", hidden=8))
    settings: list[dict[str, Any]] = [{}, {"mark": True}, {"scene": "night"}]
    for chosen in settings:
        with pytest.raises(StopHereError):
            add_trust(tmp_path, target, interpreter, cache=tmp_path, **chosen)
    assert asked == [(False, "standard"), (True, "standard"), (False, "night")]
    assert not list(tmp_path.iterdir())
