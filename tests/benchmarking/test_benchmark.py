"""The benchmark from one end to the other on a few pairs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from attrimeter.benchmarking.benchmark import run_benchmark
from attrimeter.benchmarking.explainers import (
    GroupAverage,
    InterpreterExplainer,
    MeasuredAgain,
    mean_true_shares,
)
from attrimeter.benchmarking.true_shares import average_true_shares
from attrimeter.benchmarking.trust_measuring import measure_trust
from attrimeter.errors import InterpreterError, SettingsError
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.interpreter.facts import Facts
from attrimeter.metrics.agreement import score_agreement
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target, open_target
from attrimeter.values import OTHER, ExplainerScores
from attrimeter.values.benchmark import BenchmarkRun
from benchmarking.measured import measure_pairs

COUNTS = {"few": 3, "many": 1, "same": 1}
SAMPLES = 20
BASELINES = (
    "label-only",
    "group average x D^2",
    "random partition",
    "Grad-CAM in part masks",
    "occlusion of the part",
)

FOREIGN = (
    "Integrated Gradients (Captum)",
    "Integrated Gradients of the last map (Captum)",
    "similarity saliency (xaitk)",
)


class Steps:
    """Who follows progress."""

    def __init__(self) -> None:
        self.last: dict[str, tuple[int, int]] = {}

    def __call__(self, name: str) -> Callable[[int, int], None]:
        def tell(done: int, total: int) -> None:
            self.last[name] = (done, total)

        return tell


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


def make_interpreter(target: Target, form: str, schema: str = "market1501") -> Interpreter:
    torch.manual_seed(0)
    return build_interpreter(target, SCHEMAS[schema], InterpreterSettings(form=form, hidden=8))


@pytest.fixture(scope="module")
def few_shares() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("attrimeter.benchmarking.true_shares.SHARES_PAIRS", {"few": 3})
        yield


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def interpreters(target: Target, cache: Path, few_shares: None) -> list[tuple[str, Interpreter]]:
    exact, distilled = (make_interpreter(target, form) for form in ("exact", "distilled"))
    card = measure_trust(target, exact, cache=cache, pairs={"few": 20}, samples=SAMPLES, workers=1)
    exact.facts = Facts(trust=card)
    return [("mine", exact), ("distilled", distilled)]


@pytest.fixture(scope="module")
def steps() -> Steps:
    return Steps()


@pytest.fixture(scope="module")
def run(target: Target, cache: Path, interpreters: Any, steps: Steps) -> BenchmarkRun:
    return run_benchmark(
        target, interpreters, pairs=COUNTS, cache=cache, ceiling=True, samples=SAMPLES, workers=1,
        progress=steps,
    )  # fmt: skip


def line_of(run: BenchmarkRun, name: str) -> ExplainerScores:
    return next(line for line in run.benchmark.explainers if line.name == name)


def test_every_explainer_has_its_line(run: BenchmarkRun) -> None:
    lines = run.benchmark.explainers
    told = "distilled, differing groups only"
    assert [line.name for line in lines] == ["mine", "distilled", told, *BASELINES, MeasuredAgain.name]
    assert [attribution.explainer for attribution in run.attributions] == [line.name for line in lines]
    assert [line.name for line in lines if line.interpreter] == ["mine", "distilled"]
    assert [line.name for line in lines if line.ceiling] == [MeasuredAgain.name]
    drawing = {"mine", "distilled", "random partition", "Grad-CAM in part masks"}
    assert {line.name for line in lines if line.maps} == drawing
    assert {line.name for line in lines if line.curves is not None} == drawing
    assert all(set(line.kinds) == set(COUNTS) for line in lines)


def test_the_pairs_are_the_benchmarks_own(run: BenchmarkRun, target: Target) -> None:
    found, pairs = run.benchmark, measure_pairs(target, kinds=COUNTS, stream=77_001, workers=1)
    np.testing.assert_array_equal(run.pairs.first, pairs.first)
    assert (found.target, found.target_fingerprint) == (target.profile.name, target.fingerprint)
    assert dict(found.pairs) == COUNTS and found.seconds > 0
    for kind, share in found.other_share.items():
        rows = pairs.kinds == kind
        assert share.value == pytest.approx(np.mean(pairs.none[rows] / pairs.total[rows]))
    for column, group in enumerate(pairs.groups):
        rows = pairs.differs[:, column]
        if rows.any():
            share = np.mean(pairs.truth[rows, column] / pairs.total[rows])
            assert found.true_shares[group].value == pytest.approx(share)


def test_scores_are_those_of_the_account(run: BenchmarkRun, interpreters: Any) -> None:
    pairs = run.pairs
    attribution = InterpreterExplainer(interpreters[0][1], "mine").explain(pairs)
    rows = pairs.kinds == "few"
    alone = score_agreement(
        attribution.contributions[rows], pairs.truth[rows], pairs.differs[rows], pairs.total[rows],
        pairs.identities[rows], samples=SAMPLES,
    )  # fmt: skip
    assert repr(line_of(run, "mine").kinds["few"]) == repr(alone)


def test_the_group_average_knows_training_pairs_alone(run: BenchmarkRun, target: Target) -> None:
    shares = mean_true_shares(measure_pairs(target, kinds={"few": 3}, seed=1, stream=77_000, workers=1))
    attribution = run.attributions[[a.explainer for a in run.attributions].index("group average x D^2")]
    np.testing.assert_allclose(
        attribution.contributions, run.pairs.differs * shares * run.pairs.total[:, None], rtol=1e-6
    )


def test_the_ceiling_is_the_truth_of_the_same_pairs_in_other_scenes(
    run: BenchmarkRun, target: Target
) -> None:
    again = measure_pairs(target, kinds=COUNTS, stream=77_001, disturb=0, workers=1)
    np.testing.assert_allclose(run.attributions[-1].contributions, again.truth, rtol=1e-6)
    assert line_of(run, MeasuredAgain.name).kinds["few"].relative_error.value > 0
    assert any(MeasuredAgain.name in note for note in run.benchmark.notes)


def test_coverage_where_there_is_a_card(run: BenchmarkRun) -> None:
    assert set(line_of(run, "mine").coverage) == {"all", "where it differs", OTHER}
    assert all(not line.coverage for line in run.benchmark.explainers if line.name != "mine")


def test_by_night_the_pairs_and_the_average_shares_are_of_the_night(
    target: Target, cache: Path, few_shares: None
) -> None:
    run = run_benchmark(
        target, [], pairs={"few": 2}, scene="night", cache=cache, samples=SAMPLES, workers=1
    )  # fmt: skip
    truth = measure_pairs(target, kinds={"few": 2}, scene="night", workers=1)
    np.testing.assert_array_equal(run.pairs.first, truth.first)
    shares = average_true_shares(target, cache=cache, scene="night", workers=1)
    attribution = next(one for one in run.attributions if one.explainer == GroupAverage.name)
    np.testing.assert_allclose(
        attribution.contributions, GroupAverage(shares).explain(truth).contributions, rtol=1e-5
    )
    assert any("night" in note for note in run.benchmark.notes)


def test_progress_is_told_step_by_step(run: BenchmarkRun, steps: Steps) -> None:
    assert {"truth", "truth, again", "explainers"} <= set(steps.last)
    assert all(done == total for done, total in steps.last.values())
    assert steps.last["explainers"] == (9, 9)


def test_a_second_run_measures_nothing_and_finds_the_same(
    run: BenchmarkRun, target: Target, cache: Path, interpreters: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attrimeter.benchmarking.store.measure_tables", None)
    again = run_benchmark(
        target, interpreters[:1], pairs=COUNTS, cache=cache, samples=SAMPLES, explainers="all"
    ).benchmark
    assert again.seconds == 0
    assert [line.name for line in again.explainers] == ["mine", *BASELINES, *FOREIGN]
    assert repr(again.explainers[0].kinds) == repr(run.benchmark.explainers[0].kinds)
    assert repr(again.explainers[0].curves) == repr(run.benchmark.explainers[0].curves)


def test_mistakes_are_told_before_anything_is_measured(target: Target, tmp_path: Path) -> None:
    duke, exact = make_interpreter(target, "exact", "dukemtmc"), make_interpreter(target, "exact")
    for error, words, interpreters, pairs in (
        (InterpreterError, "'duke'.*'dukemtmc'.*'market1501'", [("duke", duke)], COUNTS),
        (SettingsError, "Two interpreters are called 'a'", [("a", exact), ("a", exact)], COUNTS),
        (SettingsError, "No pairs were asked for", [], {"many": 0}),
        (SettingsError, "no kind of pair 'several'", [], {"several": 3}),
    ):
        with pytest.raises(error, match=words):
            run_benchmark(target, interpreters, pairs=pairs, cache=tmp_path)
    with pytest.raises(SettingsError, match="no 'some' explainers; choose usual or all"):
        run_benchmark(target, [], pairs=COUNTS, cache=tmp_path, explainers="some")
    assert not list(tmp_path.iterdir())
