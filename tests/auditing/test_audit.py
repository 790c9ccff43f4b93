"""Audits of small models on rendered persons, from one end to the other."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.auditing.audit import READ_STATES, AuditSettings, audit_model
from attrimeter.auditing.pictures import audit_paths, read_pictures
from attrimeter.auditing.ranking import find_candidates, rank_gallery
from attrimeter.auditing.reading import PairReader
from attrimeter.caching.cached_sides import CachedSide
from attrimeter.caching.map_cache import MapCache
from attrimeter.datasets import open_dataset
from attrimeter.errors import DatasetError, SettingsError
from attrimeter.interpreter import FORMS, Interpreter, InterpreterSettings, build_interpreter
from attrimeter.metrics import pairwise_distances, score_queries
from attrimeter.schemas import SCHEMAS
from attrimeter.targets import Target, open_target
from attrimeter.values import ImageSet, PersonDataset
from attrimeter.workflows.rendering import render_dataset

SCHEMA = SCHEMAS["market1501"]


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> PersonDataset:
    root = tmp_path_factory.mktemp("audited") / "persons"
    render_dataset(root, identities=1, test_identities=24, images=4, seed=5, workers=1)
    return open_dataset(root)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("maps")


def make(target: Target, form: str) -> Interpreter:
    torch.manual_seed(1)
    return build_interpreter(target, SCHEMA, InterpreterSettings(form=form, hidden=8))


def read_sides(target: Target, data: PersonDataset, cache: Path) -> tuple[CachedSide, CachedSide]:
    store = MapCache(cache, target)
    queries, gallery = (CachedSide(part, store.fill(part.paths)) for part in (data.query, data.gallery))
    return queries, gallery


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_audited(target: Target, data: PersonDataset, cache: Path, form: str) -> None:
    audit = audit_model(make(target, form), data, cache=cache)
    assert (audit.queries, audit.gallery, audit.persons) == (len(data.query), len(data.gallery), 24)
    assert {group.name for group in audit.groups} == set(SCHEMA.groups)
    total = sum(group.share.value for group in audit.groups) + audit.other.value
    assert total == pytest.approx(100, abs=0.1)
    assert sum(pair.pairs for pair in audit.cameras) == audit.pairs
    assert sum(cluster.count for cluster in audit.clusters) == audit.wrong
    assert audit.findings and audit.person_groups and audit.disparities


def test_shares_are_those_of_all_pairs_one_by_one(target: Target, data: PersonDataset, cache: Path) -> None:
    made = make(target, "exact")
    audit = audit_model(made, data, settings=AuditSettings(candidates=10**6), cache=cache)
    queries, gallery = (made.read_images(part.paths) for part in (data.query, data.gallery))
    sums: dict[str, float] = dict.fromkeys([*SCHEMA.groups, "other"], 0.0)
    whole, pairs = 0.0, 0
    for i, own in enumerate(data.query.identities):
        for j, identity in enumerate(data.gallery.identities):
            if own == identity and own != 0:
                continue
            parts = made.compare_pairs(queries.take(torch.tensor([i])), gallery.take(torch.tensor([j])))[0]
            for group, members in SCHEMA.groups.items():
                sums[group] += float(parts[list(members)].sum())
            sums["other"] += float(parts[-1])
            whole, pairs = whole + float(parts.sum()), pairs + 1
    assert audit.pairs == pairs
    for group in audit.groups:
        assert group.share.value == pytest.approx(100 * sums[group.name] / whole, rel=1e-3)
    assert audit.other.value == pytest.approx(100 * sums["other"] / whole, rel=1e-3)


def test_a_sample_of_candidates_is_close_to_all_and_repeats_itself(
    target: Target, data: PersonDataset, cache: Path
) -> None:
    made = make(target, "exact")
    few = AuditSettings(candidates=30, seed=2)
    one, again = (audit_model(made, data, settings=few, cache=cache) for _ in range(2))
    whole = audit_model(made, data, cache=cache)
    assert one == again and one.pairs < whole.pairs
    assert one.other.value == pytest.approx(whole.other.value, abs=3)
    assert one.retrieval == whole.retrieval and one.camera_bias.excess == whole.camera_bias.excess  # type: ignore[union-attr]
    assert one.wrong == whole.wrong


def test_wrong_matches_are_those_of_the_protocol(target: Target, data: PersonDataset, cache: Path) -> None:
    queries, gallery = read_sides(target, data, cache)
    known = {
        "query_identities": queries.images.identities,
        "query_cameras": queries.images.cameras,
        "gallery_identities": gallery.images.identities,
        "gallery_cameras": gallery.images.cameras,
    }
    distances = pairwise_distances(queries.maps.embeddings, gallery.maps.embeddings, "euclidean").numpy()
    _, found = find_candidates(distances, np.arange(len(queries)), **known)
    scores = score_queries(distances, ap="precision", **known)
    assert found.queries.tolist() == np.flatnonzero(scores.first_hit > 0).tolist()
    assert len(found.queries)
    for query, wrong, right in zip(found.queries, found.wrong, found.right, strict=True):
        own, camera = queries.images.identities[query], queries.images.cameras[query]
        assert gallery.images.identities[wrong] != own == gallery.images.identities[right]
        assert gallery.images.cameras[right] != camera
        assert distances[query, wrong] < distances[query, right]


def test_nearest_candidates_leave_out_the_same_person_before_the_same_camera() -> None:
    rng = np.random.default_rng(0)
    distances, own, here = rng.random((3, 8)), np.array([1, 2, 0]), np.array([1, 2, 1])
    others, cameras = np.array([1, 1, 2, 2, 0, -1, 3, 1]), np.array([1, 2, 2, 1, 1, 1, 2, 1])
    found, _ = find_candidates(
        distances,
        np.arange(3),
        query_identities=own,
        query_cameras=here,
        gallery_identities=others,
        gallery_cameras=cameras,
    )
    for row in range(3):
        left = [
            column
            for column in range(8)
            if others[column] >= 0 and not (others[column] == own[row] > 0 and cameras[column] == here[row])
        ]
        expected = sorted(left, key=lambda column: distances[row, column])
        assert found[row].tolist() == expected + [-1] * (8 - len(expected))


def test_of_equal_distances_the_first_in_the_gallery_is_nearest() -> None:
    known = {
        "query_identities": np.array([1, 1]),
        "query_cameras": np.array([1, 1]),
        "gallery_identities": np.array([2, 1, 1]),
        "gallery_cameras": np.array([2, 2, 2]),
    }
    distances = np.array([[0.5, 0.5, 0.7], [0.6, 0.5, 0.5]])
    nearest, wrong = find_candidates(distances, np.array([7, 8]), **known)
    assert nearest.tolist() == [[0, 1, 2], [1, 2, 0]]
    assert (wrong.queries.tolist(), wrong.wrong.tolist(), wrong.right.tolist()) == ([7], [0], [1])
    assert (score_queries(distances, **known).first_hit > 0).tolist() == [True, False]


def test_a_right_nearest_candidate_is_a_hit(target: Target, data: PersonDataset, cache: Path) -> None:
    queries, gallery = read_sides(target, data, cache)
    ranked = rank_gallery(target, queries, gallery)
    hits = gallery.images.identities[ranked.nearest[:, 0]] == queries.images.identities
    assert hits.tolist() == (ranked.scores.first_hit == 0).tolist()


def test_what_sets_the_right_one_apart_sums_to_the_whole_difference(
    target: Target, data: PersonDataset, cache: Path
) -> None:
    made = make(target, "exact")
    audit = audit_model(made, data, cache=cache)
    examples = [example for cluster in audit.clusters for example in cluster.examples]
    assert examples
    for example in examples[:4]:
        reading = made.read_images([example.query, example.wrong, example.right])
        near, far = (float((reading.embeddings[0] - reading.embeddings[i]).norm()) for i in (1, 2))
        assert sum(example.because.values()) == pytest.approx(100 * (far - near) / near, rel=1e-3)


def test_pairs_are_compared_alike_in_blocks_and_one_by_one(
    target: Target, data: PersonDataset, cache: Path
) -> None:
    reader = PairReader(make(target, "counterfactual"), *read_sides(target, data, cache))
    sample = next(reader.sample(20))
    row, column = np.nonzero(sample.different)
    pairs = reader.compare(sample.queries[row], sample.gallery[column])
    np.testing.assert_allclose(sample.components[row, column], pairs, atol=1e-5)


def without_labels(images: ImageSet) -> ImageSet:
    return replace(images, labels=np.zeros((len(images), 0), dtype=np.int8), ages=None)


def test_without_labels_what_is_read_describes_the_errors(
    target: Target, data: PersonDataset, cache: Path
) -> None:
    bare = replace(data, query=without_labels(data.query), gallery=without_labels(data.gallery))
    audit = audit_model(make(target, "exact"), bare, cache=cache)
    assert READ_STATES in audit.notes
    assert audit.person_groups == audit.disparities == ()
    assert all(math.isnan(group.effect.value) and math.isfinite(group.share.value) for group in audit.groups)
    assert sum(cluster.count for cluster in audit.clusters) == audit.wrong


def test_one_camera_has_no_bias(target: Target, data: PersonDataset, cache: Path) -> None:
    def first_camera(images: ImageSet) -> ImageSet:
        return images.take(images.cameras == images.cameras[0])

    one = replace(data, query=first_camera(data.query), gallery=first_camera(data.gallery))
    audit = audit_model(make(target, "exact"), one, cache=cache)
    assert audit.camera_bias is None and audit.wrong == 0 and len(audit.cameras) == 1


def test_bad_input_is_one_sentence(target: Target, data: PersonDataset, cache: Path) -> None:
    made = make(target, "exact")
    with pytest.raises(DatasetError, match="no queries or no gallery"):
        nobody = np.zeros(0, dtype=int)
        audit_model(made, replace(data, query=data.query.take(nobody)), cache=cache)
    with pytest.raises(DatasetError, match="labelled with 3 attributes"):
        labels = np.zeros((len(data.query), 3), dtype=np.int8)
        audit_model(made, replace(data, query=replace(data.query, labels=labels)), cache=cache)
    with pytest.raises(SettingsError, match="candidates must be"):
        AuditSettings(candidates=0)


def test_pictures_are_shown_of_rendered_persons_alone(
    target: Target, data: PersonDataset, cache: Path, tmp_path: Path
) -> None:
    audit = audit_model(make(target, "exact"), data, cache=cache)
    paths = audit_paths(audit)
    shown = read_pictures(paths, data.root)
    examples = [example for cluster in audit.clusters for example in cluster.examples]
    assert set(shown) == {p for e in examples for p in (e.query, e.wrong, e.right)} and shown
    assert read_pictures(paths, tmp_path) == {}
    assert read_pictures(paths, tmp_path, wanted=True).keys() == shown.keys()
    assert read_pictures(paths, data.root, wanted=False) == {}
