"""The fit on measured edits: it learns, goes on where it was broken off, and is validated as it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from attrimeter.caching.edit_cache import EditCache, EditData
from attrimeter.caching.edit_renders import EditRenders
from attrimeter.errors import SettingsError
from attrimeter.fitting.edit_fit import EditFit, _shuffle_truth
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.interpreter.forms.fit_settings import EditFitSettings
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target, open_target

SCHEMA = SCHEMAS["market1501"]
SETTINGS = EditFitSettings(epochs=3, batch_families=2, validation_share=0.34, seed=5)


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def data(target: Target, tmp_path_factory: pytest.TempPathFactory) -> EditData:
    """Six families in two shards."""
    root = tmp_path_factory.mktemp("edits")
    renders = EditRenders(root / "renders", seed=3, families=3)
    return EditCache(root / "measures", target, SCHEMA, renders).fill(2, workers=1)


def fresh(target: Target, seed: int = 9) -> Interpreter:
    torch.manual_seed(seed)
    return build_interpreter(target, SCHEMA, InterpreterSettings(form="counterfactual", hidden=16))


def same_weights(a: Interpreter, b: Interpreter) -> bool:
    other = b.network.state_dict()
    return all(torch.equal(value, other[name]) for name, value in a.network.state_dict().items())


def without_times(rows: list[dict[str, float]]) -> list[dict[str, float]]:
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


def test_it_learns_and_leaves_the_target_alone(target: Target, data: EditData) -> None:
    weights = target.weights()
    settings = EditFitSettings(epochs=12, batch_families=3, validation_share=0.0)
    interpreter = fresh(target)
    batches: list[tuple[int, int]] = []
    fit = EditFit(interpreter, data, settings)
    history = fit.run(on_batch=lambda *done: batches.append(done))
    for name in ("total", "share", "value", "differ", "cover", "evidence"):
        assert history[-1][f"train_{name}"] < 0.95 * history[0][f"train_{name}"], name
    assert batches == [(step, 24) for step in range(1, 25)]
    assert all(torch.equal(value, weights[name]) for name, value in target.weights().items())
    assert not interpreter.network.training and same_weights(interpreter, fit.averaged)


def test_the_same_seed_gives_the_same_weights(target: Target, data: EditData) -> None:
    fitted = [fresh(target) for _ in range(3)]
    for interpreter, seed in zip(fitted, (5, 5, 6), strict=True):
        EditFit(interpreter, data, replace(SETTINGS, epochs=1, seed=seed)).run()
    assert same_weights(fitted[0], fitted[1]) and not same_weights(fitted[0], fitted[2])


def test_a_broken_run_goes_on_exactly(target: Target, data: EditData, tmp_path: Path) -> None:
    unbroken = fresh(target)
    history = EditFit(unbroken, data, SETTINGS).run()

    def break_off(report: Any) -> None:
        if report.epoch == 2:
            raise KeyboardInterrupt

    checkpoint = tmp_path / "checkpoint.pt"
    with pytest.raises(KeyboardInterrupt):
        EditFit(fresh(target), data, SETTINGS, checkpoint=checkpoint).run(on_epoch=break_off)
    resumed = fresh(target, seed=1)
    again = EditFit(resumed, data, SETTINGS, checkpoint=checkpoint).run(resume=True)
    assert without_times(again) == without_times(history) and len(history) == 3
    assert same_weights(unbroken, resumed)


def test_resuming_needs_the_same_run(target: Target, data: EditData, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="keeps no checkpoint"):
        EditFit(fresh(target), data, SETTINGS).run(resume=True)
    checkpoint = tmp_path / "checkpoint.pt"
    EditFit(fresh(target), data, replace(SETTINGS, epochs=1), checkpoint=checkpoint).run()
    half = EditData(data.shards[:1])
    for settings, edits, different in (
        (SETTINGS, data, "settings"),
        (replace(SETTINGS, epochs=1), half, "pairs"),
    ):
        with pytest.raises(SettingsError, match=f"another run: its {different} differ"):
            EditFit(fresh(target), edits, settings, checkpoint=checkpoint).run(resume=True)


def test_validation_is_the_error_pair_by_pair(target: Target, data: EditData) -> None:
    """Each held-out pair is read by itself, from the cached maps, and its misses are added up."""
    fit = EditFit(fresh(target), data, SETTINGS)
    scores = fit.validate()
    network, pairs = fit.averaged.network.eval(), data.pairs
    miss = leak = size = 0.0
    held_out = [row for row in range(len(pairs.total)) if pairs.families[row] not in fit.fit_families]
    assert {pairs.families[row] for row in held_out} | set(fit.fit_families) == set(range(6))
    assert len(set(fit.fit_families)) == 4
    for row in held_out:
        if not pairs.differs[row].any():
            continue
        sides = []
        for picture in (pairs.first[row], pairs.second[row]):
            one = np.array([picture])
            last, shallow = (data.gather(one, name).float() for name in ("last", "shallow"))
            parts = network.pack(network(last, shallow, target.head))
            sides += [parts, data.gather(one, "embeddings")]
        predicted = network.predict(*sides).shares[0].detach().numpy() * pairs.total[row]
        for group, differs in enumerate(pairs.differs[row]):
            miss += abs(predicted[group] - pairs.truth[row, group])
            leak += 0.0 if differs else abs(predicted[group])
            size += abs(pairs.truth[row, group])
    assert scores == pytest.approx({"relative_error": miss / size, "leak": leak / size}, rel=1e-4)


def test_without_held_out_families_the_last_epoch_is_kept(target: Target, data: EditData) -> None:
    fit = EditFit(fresh(target), data, replace(SETTINGS, validation_share=0.0))
    assert fit.validate() == {}
    reports: list[bool] = []
    fit.run(on_epoch=lambda report: reports.append(report.is_best))
    assert reports == [True] * 3


def test_the_best_epoch_is_kept(target: Target, data: EditData, monkeypatch: pytest.MonkeyPatch) -> None:
    interpreter, errors, states = fresh(target), iter([0.5, 0.3, 0.4]), []
    fit = EditFit(interpreter, data, SETTINGS)
    monkeypatch.setattr(fit, "validate", lambda: {"relative_error": next(errors)})

    def remember(report: Any) -> None:
        states.append({name: value.clone() for name, value in fit.averaged.network.state_dict().items()})

    fit.run(on_epoch=remember)
    found = interpreter.network.state_dict()
    same = [all(torch.equal(value, state[name]) for name, value in found.items()) for state in states]
    assert same == [False, True, False] and fit.best["score"] == 0.3


def test_truth_is_given_as_shares_of_the_squared_distance(target: Target, data: EditData) -> None:
    fit = EditFit(fresh(target), data, SETTINGS)
    rows = np.array([7, 0, 12])
    targets, pairs = fit._targets(rows), data.pairs
    usual = np.mean([total for total, d in zip(pairs.total, pairs.differs, strict=True) if d.any()])
    for index, row in enumerate(rows):
        np.testing.assert_allclose(targets.shares[index], pairs.truth[row] / pairs.total[row], rtol=1e-5)
        assert float(targets.weights[index]) == pytest.approx(pairs.total[row] / usual, rel=1e-5)
    np.testing.assert_array_equal(targets.moves, data.gather_moves(rows))
    assert targets.differs.numpy().tolist() == pairs.differs[rows].tolist()


def test_each_picture_is_read_once(target: Target, data: EditData) -> None:
    fit = EditFit(fresh(target), data, SETTINGS)
    network = fit.interpreter.network.eval()
    rows = fit.by_family[fit.fit_families[0]]
    reading, embeddings, (first, second) = fit._read(network, rows)
    pairs = data.pairs
    assert len(reading.features) == len({*pairs.first[rows], *pairs.second[rows]}) < 2 * len(rows)
    np.testing.assert_array_equal(embeddings[first], data.gather(pairs.first[rows], "embeddings"))
    np.testing.assert_array_equal(embeddings[second], data.gather(pairs.second[rows], "embeddings"))


def test_shuffled_truth_is_dealt_among_the_groups_that_differ(target: Target, data: EditData) -> None:
    truth, differs = data.pairs.truth, data.pairs.differs
    shuffled = _shuffle_truth(truth, differs, seed=SETTINGS.seed)
    assert not shuffled[~differs].any() and (shuffled != truth).any()
    np.testing.assert_array_equal(np.sort(shuffled, axis=1), np.sort(truth, axis=1))
    np.testing.assert_array_equal(_shuffle_truth(truth, differs, seed=SETTINGS.seed), shuffled)
    fit = EditFit(fresh(target), data, replace(SETTINGS, shuffled=True))
    np.testing.assert_array_equal(fit.truth, shuffled)


def test_the_learning_rate_warms_up_and_falls(target: Target, data: EditData) -> None:
    fit = EditFit(fresh(target), data, replace(SETTINGS, epochs=4))
    rates = [fit.learning_rate(epoch, number, 250) for epoch in range(4) for number in range(250)]
    top = int(np.argmax(rates))
    assert rates[:top] == sorted(rates[:top]) and rates[top:] == sorted(rates[top:], reverse=True)
    assert top == 99 and rates[0] == pytest.approx(SETTINGS.learning_rate / 100, rel=1e-3)
    assert rates[-1] == pytest.approx(0.02 * SETTINGS.learning_rate, rel=1e-3)
