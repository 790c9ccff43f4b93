"""Sanity checks on a few pairs of a small target: every figure against its own loop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from attrimeter.benchmarking.explainers import InterpreterExplainer, mean_true_shares, transplant
from attrimeter.benchmarking.sanity import check_sanity
from attrimeter.errors import InterpreterError, SettingsError
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import PROFILES, Target, build_network, open_target
from attrimeter.targets.shuffling import shuffle_weights
from attrimeter.values import MeasuredPairs
from attrimeter.values.sanity import SanityFindings
from benchmarking.measured import measure_pairs

COUNTS = {"many": 2, "few": 1}
SEED = 4  # few pictures a pair


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def other(target: Target) -> Target:
    return shuffle_weights(target, seed=9)


def make(target: Target, seed: int, schema: str = "market1501") -> Interpreter:
    torch.manual_seed(seed)
    return build_interpreter(target, SCHEMAS[schema], InterpreterSettings("exact", hidden=8))


@pytest.fixture(scope="module")
def interpreters(target: Target) -> list[Interpreter]:
    return [make(target, seed) for seed in range(4)]


@pytest.fixture(scope="module")
def findings(
    target: Target, other: Target, interpreters: list[Interpreter], tmp_path_factory: Any
) -> SanityFindings:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("attrimeter.benchmarking.true_shares.SHARES_PAIRS", {"few": 2})
        return check_sanity(
            target, interpreters[0], other_target=other, other_seeds=interpreters[1:3],
            shuffled=interpreters[3], pairs=COUNTS, seed=SEED, samples=20, workers=1,
            cache=tmp_path_factory.mktemp("cache"),
        )  # fmt: skip


@pytest.fixture(scope="module")
def truth(target: Target) -> MeasuredPairs:
    return measure_pairs(target, kinds={"many": 2}, seed=SEED, workers=1)


def error_of(contributions: Any, pairs: MeasuredPairs) -> float:
    wrong = whole = 0.0
    for said, true in zip(contributions, pairs.truth, strict=True):
        wrong += sum(abs(a - b) for a, b in zip(said, true, strict=True))
        whole += sum(map(abs, true))
    return wrong / whole


def correlation_of(one: Any, two: Any, pairs: MeasuredPairs) -> float:
    rhos = [
        spearmanr(a[differs], b[differs]).statistic
        for a, b, differs in zip(one, two, pairs.differs, strict=True)
    ]
    return float(np.mean(rhos))


def said_by(interpreter: Interpreter, pairs: MeasuredPairs) -> Any:
    return InterpreterExplainer(interpreter).explain(pairs).contributions


def test_the_interpreter_and_the_average_on_their_own_target(
    findings: SanityFindings, interpreters: list[Interpreter], truth: MeasuredPairs, target: Target
) -> None:
    assert (findings.pairs, findings.seed, findings.target) == (2, SEED, target.profile.name)
    own = said_by(interpreters[0], truth)
    assert findings.own.relative_error.value == pytest.approx(error_of(own, truth), rel=1e-4)
    assert findings.own.spearman.value == pytest.approx(correlation_of(own, truth.truth, truth))
    shares = mean_true_shares(measure_pairs(target, kinds={"few": 2}, seed=1, stream=77_000, workers=1))
    average = truth.differs * shares * truth.total[:, None]
    assert findings.average.relative_error.value == pytest.approx(error_of(average, truth), rel=1e-4)


def test_beside_another_target_it_is_judged_by_that_targets_truth(
    findings: SanityFindings, interpreters: list[Interpreter], other: Target
) -> None:
    pairs = measure_pairs(other, kinds={"many": 2}, seed=SEED, workers=1)
    moved = said_by(transplant(interpreters[0], other), pairs)
    assert findings.other_target is not None and findings.other_average is not None
    assert findings.other_target.relative_error.value == pytest.approx(error_of(moved, pairs), rel=1e-3)
    shares = mean_true_shares(measure_pairs(other, kinds={"few": 2}, seed=1, stream=77_000, workers=1))
    average = pairs.differs * shares * pairs.total[:, None]
    assert findings.other_average.relative_error.value == pytest.approx(error_of(average, pairs), rel=1e-3)


def test_shuffled_weights_are_judged_by_the_truth_of_the_unshuffled(
    findings: SanityFindings, interpreters: list[Interpreter], target: Target, truth: MeasuredPairs
) -> None:
    shuffled = shuffle_weights(target, seed=SEED)
    ends = [shuffled.embed_images(list(side)).astype(float) for side in (truth.first, truth.second)]
    distances = ((ends[0] - ends[1]) ** 2).sum(axis=1)
    beside = replace(truth, target_fingerprint=shuffled.fingerprint, total=distances)
    shares = said_by(transplant(interpreters[0], shuffled), beside) / distances[:, None]
    said = shares * truth.total[:, None]
    assert findings.shuffled_weights.relative_error.value == pytest.approx(error_of(said, truth), rel=1e-3)
    assert findings.shuffled_weights.spearman.value == pytest.approx(correlation_of(said, truth.truth, truth))


def test_shuffled_labels_and_other_seeds(
    findings: SanityFindings, interpreters: list[Interpreter], truth: MeasuredPairs
) -> None:
    said = [said_by(interpreter, truth) for interpreter in interpreters]
    assert findings.shuffled_labels is not None and findings.seeds is not None
    assert findings.shuffled_labels.relative_error.value == pytest.approx(error_of(said[3], truth), rel=1e-4)
    couples = [(0, 1), (0, 2), (1, 2)]
    mean = np.mean([correlation_of(said[a], said[b], truth) for a, b in couples])
    assert findings.seeds.value == pytest.approx(mean) and findings.interpreters == 3
    assert findings.seeds.low <= findings.seeds.value <= findings.seeds.high


def test_what_is_not_given_is_not_checked(
    target: Target, interpreters: list[Interpreter], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attrimeter.benchmarking.true_shares.SHARES_PAIRS", {"few": 1})
    steps: list[str] = []

    def progress(name: str) -> Any:
        steps.append(name)
        return lambda done, total: None

    found = check_sanity(
        target, interpreters[0], pairs={"many": 1}, cache=tmp_path, samples=5, workers=1, progress=progress
    )
    assert found.other_target is found.other_average is found.shuffled_labels is found.seeds is None
    assert set(found.holds) == {"shuffled weights"} and steps == ["truth", "average shares"]


def test_mistakes_are_told_before_anything_is_measured(
    target: Target, other: Target, interpreters: list[Interpreter], tmp_path: Path
) -> None:
    torch.manual_seed(0)
    profile = replace(PROFILES["demo"], width=8)
    narrow = Target(build_network(profile), profile, metric="euclidean", device=torch.device("cpu"))
    one = interpreters[0]
    for error, words, settings in (
        (SettingsError, "No 'many' pairs", {"pairs": {"few": 3}}),
        (InterpreterError, "'shuffled labels' belongs to target", {"shuffled": make(other, 0)}),
        (InterpreterError, "'seed 1' .*'dukemtmc'", {"other_seeds": [make(target, 0, "dukemtmc")]}),
        (InterpreterError, "same architecture", {"other_target": narrow}),
    ):
        with pytest.raises(error, match=words):
            check_sanity(target, one, **{"pairs": COUNTS, "cache": tmp_path, **settings})
    assert not list(tmp_path.iterdir())
