"""Planted targets on a few pairs of a small target: every share against its own loop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from attrimeter.benchmarking import planted
from attrimeter.benchmarking.explainers import InterpreterExplainer, LabelOnly, mean_true_shares
from attrimeter.benchmarking.hue_pairs import plan_hue_pairs
from attrimeter.benchmarking.measuring import measure_tables, pairs_of
from attrimeter.benchmarking.planted import PlantedCase, check_planted
from attrimeter.errors import InterpreterError, SettingsError
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target, open_target
from attrimeter.targets.shuffling import shuffle_weights
from attrimeter.values import MeasuredPairs
from attrimeter.values.planted import PlantedFinding
from benchmarking.measured import measure_pairs

PAIRS = 4
SEED = 41  # few pictures a pair; the backpack differs in two of four, and not in the first
LINES = ("mine", "label-only", "group average x D^2")


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def grey(target: Target) -> Target:
    """The same network, which sees no hue."""
    from attrimeter.targets import build_network, weights_of

    profile = replace(target.profile, blind="hue")
    network, tensors = build_network(profile), target.weights()
    for name, tensor in weights_of(network).items():
        tensor.copy_(tensors[name])
    return Target(network, profile, metric="euclidean", device=torch.device("cpu"))


def make(target: Target) -> Interpreter:
    torch.manual_seed(0)
    return build_interpreter(target, SCHEMAS["market1501"], InterpreterSettings("exact", hidden=8))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def few() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("attrimeter.benchmarking.true_shares.SHARES_PAIRS", {"few": 2})
        patch.setattr(planted, "HUE_PAIRS", 3)
        yield


@pytest.fixture(scope="module")
def found(target: Target, grey: Target, cache: Path, few: None) -> dict[str, PlantedFinding]:
    cases = [PlantedCase(name, target, [("mine", make(target))]) for name in ("head", "marked")]
    cases.insert(1, PlantedCase("hue", grey, [("mine", make(grey))], reference=target))
    findings = check_planted(cases, pairs=PAIRS, seed=SEED, cache=cache, samples=20, workers=1)
    assert [finding.case for finding in findings] == ["head", "hue", "pure hue", "marked"]
    return {finding.case: finding for finding in findings}


def share(contributions: Any, pairs: MeasuredPairs, *groups: str) -> float:
    above = below = 0.0
    for row in contributions:
        for group, said in zip(pairs.groups, row, strict=True):
            above += abs(said) if group in groups else 0
            below += abs(said)
    return above / below


def attributions(target: Target, pairs: MeasuredPairs, *, mark: bool = False) -> dict[str, Any]:
    """What each line says, the average from its own pairs."""
    training = measure_pairs(target, kinds={"few": 2}, seed=1, stream=77_000, workers=1, mark=mark)
    average = pairs.differs * mean_true_shares(training) * pairs.total[:, None]
    said = [InterpreterExplainer(make(target)).explain(pairs), LabelOnly().explain(pairs)]
    return dict(zip(LINES, [*(attribution.contributions for attribution in said), average], strict=True))


def test_the_lines_and_their_bounds(found: dict[str, PlantedFinding], target: Target, grey: Target) -> None:
    for case, finding in found.items():
        assert tuple(line.explainer for line in finding.lines) == LINES and finding.seed == SEED
        assert [line.interpreter for line in finding.lines] == [True, False, False]
        assert [line.uses_labels for line in finding.lines] == [False, True, True]
        assert finding.target_fingerprint == (grey if "hue" in case else target).fingerprint
        assert (finding.reference is None) == ("hue" not in case)
    assert (found["head"].rule, found["head"].bound, found["head"].pairs) == ("at most", 0.03, PAIRS)


def test_the_share_of_the_head(found: dict[str, PlantedFinding], target: Target) -> None:
    pairs = measure_pairs(target, kinds={"many": PAIRS}, seed=SEED, workers=1)
    finding = found["head"]
    assert finding.truth.value == pytest.approx(share(pairs.truth, pairs, "hat", "hair"), rel=1e-3)
    for line in finding.lines:
        expected = share(attributions(target, pairs)[line.explainer], pairs, "hat", "hair")
        assert line.found.value == pytest.approx(expected, rel=1e-3)


def test_the_share_of_the_colours_beside_a_target_that_sees_them(
    found: dict[str, PlantedFinding], target: Target, grey: Target
) -> None:
    for one, score in ((grey, found["hue"].truth), (target, found["hue"].reference)):
        pairs = measure_pairs(one, kinds={"many": PAIRS}, seed=SEED, workers=1)
        expected = share(pairs.truth, pairs, "upper colour", "lower colour")
        assert score is not None and score.value == pytest.approx(expected, rel=1e-3)


def test_hue_alone_is_taken_of_the_distance(
    found: dict[str, PlantedFinding], target: Target, grey: Target
) -> None:
    finding, plan = found["pure hue"], plan_hue_pairs(3, seed=SEED)
    assert finding.pairs == 3 and finding.reference is not None
    for one, score in ((grey, finding.truth), (target, finding.reference)):
        pairs = pairs_of(measure_tables(one, plan, workers=1))
        upper = pairs.groups.index("upper colour")
        changed = sum(abs(total - none) for total, none in zip(pairs.total, pairs.none, strict=True))
        assert changed == pytest.approx(sum(map(abs, pairs.truth[:, upper])))
        assert score.value == pytest.approx(changed / sum(pairs.total), rel=1e-3)
    pairs = pairs_of(measure_tables(grey, plan, workers=1))
    colours = [pairs.groups.index(group) for group in ("upper colour", "lower colour")]
    for line in finding.lines:
        said = attributions(grey, pairs)[line.explainer]
        booked = sum(abs(row[column]) for row in said for column in colours)
        assert line.found.value == pytest.approx(booked / sum(pairs.total), rel=1e-3)
    assert finding.truth.value < finding.reference.value / 3


def test_marked_pairs_are_those_in_which_the_backpack_differs(
    found: dict[str, PlantedFinding], target: Target
) -> None:
    pairs = measure_pairs(target, kinds={"many": PAIRS}, seed=SEED, workers=1, mark=True)
    column = pairs.groups.index("backpack")
    pairs = pairs.take(pairs.differs[:, column])
    finding = found["marked"]
    assert finding.pairs == len(pairs) == 2
    for contributions, score in (
        (pairs.truth, finding.truth),
        *((attributions(target, pairs, mark=True)[line.explainer], line.found) for line in finding.lines),
    ):
        leads = [all(row[column] > x for i, x in enumerate(row) if i != column) for row in contributions]
        assert score.value == pytest.approx(sum(leads) / len(pairs))


def test_a_second_run_measures_random_pairs_no_more(
    found: dict[str, PlantedFinding], target: Target, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attrimeter.benchmarking.store.measure_tables", None)
    steps: list[str] = []

    def progress(name: str) -> Any:
        steps.append(name)
        return lambda done, total: None

    cases = [PlantedCase("head", target), PlantedCase("marked", target)]
    again = check_planted(cases, pairs=PAIRS, seed=SEED, cache=cache, samples=20, progress=progress)
    for finding in again:
        before = found[finding.case]
        assert repr((finding.truth, finding.lines)) == repr((before.truth, before.lines[1:]))
    assert steps == ["average shares: head", "truth: head", "average shares: marked", "truth: marked"]


def test_mistakes_are_told_before_anything_is_measured(target: Target, tmp_path: Path) -> None:
    other = shuffle_weights(target)
    for error, words, case, pairs in (
        (SettingsError, "no planted case 'feet'; choose from head, lower, hue, marked", ("feet", target), 3),
        (SettingsError, "0 pairs", ("head", target), 0),
        (InterpreterError, "'mine' belongs to", ("head", target, [("mine", make(other))]), 3),
    ):
        with pytest.raises(error, match=words):
            check_planted([PlantedCase(*case)], pairs=pairs, cache=tmp_path)
    assert not list(tmp_path.iterdir())


def test_no_pair_with_the_mark(target: Target, tmp_path: Path, few: None) -> None:
    """Of the first pair of this seed nobody's backpack differs."""
    plain = measure_pairs(target, kinds={"many": 1}, seed=SEED, workers=1)
    assert not plain.differs[0, plain.groups.index("backpack")]
    with pytest.raises(SettingsError, match="none in which backpack differs"):
        check_planted([PlantedCase("marked", target)], pairs=1, seed=SEED, cache=tmp_path, workers=1)
