"""Two models side by side, on rendered persons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from attrimeter.auditing.comparison import Contestant, compare_models
from attrimeter.datasets import open_dataset
from attrimeter.interpreter import Interpreter, InterpreterSettings, build_interpreter
from attrimeter.schemas import SCHEMAS, AttributeSchema
from attrimeter.targets import PROFILES, Target, build_network, open_target, save_network, weights_of
from attrimeter.values import PersonDataset
from attrimeter.values.comparison import Comparison
from attrimeter.workflows.rendering import render_dataset

SCHEMA = SCHEMAS["market1501"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> PersonDataset:
    root = tmp_path_factory.mktemp("compared") / "persons"
    render_dataset(root, identities=1, test_identities=20, images=4, seed=8, workers=1)
    return open_dataset(root)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("maps")


@pytest.fixture(scope="module")
def targets(tiny_target_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Target, Target]:
    torch.manual_seed(3)
    network = build_network(PROFILES["demo"])
    path = tmp_path_factory.mktemp("second") / "other.safetensors"
    save_network(path, weights_of(network), PROFILES["demo"], metric="euclidean")
    return open_target(tiny_target_file), open_target(path)


def make(target: Target, schema: AttributeSchema = SCHEMA, form: str = "exact") -> Interpreter:
    torch.manual_seed(1)
    return build_interpreter(target, schema, InterpreterSettings(form=form, hidden=8))


@pytest.fixture(scope="module")
def found(targets: tuple[Target, Target], data: PersonDataset, cache: Path) -> Comparison:
    one, two = (Contestant(name, make(t), data) for name, t in zip("AB", targets, strict=True))
    return compare_models(one, two, cache=cache)


def test_a_model_beside_itself(targets: tuple[Target, Target], data: PersonDataset, cache: Path) -> None:
    one = Contestant("A", make(targets[0]), data)
    same = compare_models(one, replace(one, name="B"), cache=cache)
    assert same.only_first_right == same.only_second_right == 0 and same.disagreements == same.reasons == ()
    assert same.rank1.value == same.mean_ap.value == same.rank1.high == 0
    agreement = same.agreement
    assert agreement.same_nearest.value == agreement.shared_nearest.value == agreement.same_group.value == 100
    assert agreement.rank_correlation.value == pytest.approx(1)
    for group in (*same.differences, same.other):
        assert group.difference.value == group.difference.low == group.difference.high == 0
    assert same.first == same.second


def test_differences_are_those_of_the_two_audits(found: Comparison) -> None:
    assert {group.name for group in found.differences} == set(SCHEMA.groups)
    audited = [{group.name: group for group in audit.groups} for audit in (found.first, found.second)]
    for group in found.differences:
        one, two = (groups[group.name] for groups in audited)
        assert (group.first, group.second) == (one.share, two.share)
        assert group.difference.value == pytest.approx(one.share.value - two.share.value)
        assert group.difference.low <= group.difference.value <= group.difference.high
        if np.isfinite(one.effect.value):
            assert group.effect_difference.value == pytest.approx(one.effect.value - two.effect.value)
    sizes = [abs(group.difference.value) for group in found.differences]
    assert sizes == sorted(sizes, reverse=True)
    assert found.other.difference.value == pytest.approx(found.first.other.value - found.second.other.value)
    scores = [audit.retrieval for audit in (found.first, found.second)]
    assert found.rank1.value == pytest.approx(scores[0].rank1.value - scores[1].rank1.value)
    assert found.mean_ap.value == pytest.approx(scores[0].mean_ap.value - scores[1].mean_ap.value)


def test_every_query_is_counted_once(found: Comparison) -> None:
    assert found.queries == found.first.retrieval.queries
    assert found.both_wrong + found.only_second_right == found.first.wrong
    assert found.both_wrong + found.only_first_right == found.second.wrong
    assert len(found.disagreements) == found.only_first_right + found.only_second_right > 0
    assert sum(reason.count for reason in found.reasons) == len(found.disagreements)


def test_agreement_is_that_of_distances_computed_apart(
    found: Comparison, targets: tuple[Target, Target], data: PersonDataset
) -> None:
    distances = []
    for target in targets:
        queries, gallery = (target.embed_images(list(part.paths)) for part in (data.query, data.gallery))
        distances.append(np.linalg.norm(queries[:, None] - gallery[None], axis=2))
    same = data.query.identities[:, None] == data.gallery.identities[None]
    dropped = same & (data.query.cameras[:, None] == data.gallery.cameras[None])
    orders = [np.argsort(np.where(dropped, np.inf, table), axis=1) for table in distances]
    equal = 100 * (orders[0][:, 0] == orders[1][:, 0]).mean()
    assert found.agreement.same_nearest.value == pytest.approx(equal)
    shared = [len(set(a[:10]) & set(b[:10])) for a, b in zip(*orders, strict=True)]
    assert found.agreement.shared_nearest.value == pytest.approx(10 * np.mean(shared))
    rho = spearmanr(distances[0][~same], distances[1][~same]).statistic
    assert found.agreement.rank_correlation.value == pytest.approx(rho, abs=0.06)  # of some of the pairs


def test_why_one_is_right_and_the_other_wrong_sums_to_the_whole(
    found: Comparison, targets: tuple[Target, Target]
) -> None:
    for entry in found.disagreements[:5]:
        for target, because in zip(targets, (entry.because_first, entry.because_second), strict=True):
            own, right, wrong = target.embed_images([entry.query, entry.right, entry.wrong])
            near, far = np.linalg.norm(own - wrong), np.linalg.norm(own - right)
            assert sum(because.values()) == pytest.approx(100 * (far - near) / near, rel=2e-3, abs=1e-2)
        totals = [sum(because.values()) for because in (entry.because_first, entry.because_second)]
        assert (totals[0] < 0) == (entry.right_in == "first") and min(totals) < 0 <= max(totals)


def test_schemas_and_forms_that_differ_are_told(
    targets: tuple[Target, Target], data: PersonDataset, cache: Path
) -> None:
    kept = np.array([a.group not in ("hat", "upper colour") for a in SCHEMA.attributes])
    fewer = AttributeSchema("fewer", tuple(a for a, k in zip(SCHEMA.attributes, kept, strict=True) if k))
    parts = {
        name: replace(getattr(data, name), labels=getattr(data, name).labels[:, kept])
        for name in ("query", "gallery")
    }
    one = Contestant("A", make(targets[0]), data)
    two = Contestant("B", make(targets[1], fewer, form="distilled"), replace(data, **parts))
    found = compare_models(one, two, cache=cache)
    assert set(found.only_first_groups) == {"upper colour", "hat"}
    assert found.only_second_groups == ()
    assert {group.name for group in found.differences} == set(fewer.groups)
    assert any("different schemas" in note for note in found.notes)
    assert any("different forms" in note for note in found.notes)
