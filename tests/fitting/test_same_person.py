"""Fitting the same-person model on persons whose attributes are known by construction."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from attrimeter.errors import DatasetError, SettingsError
from attrimeter.fitting.attribute_classifier import classify_attributes, fit_attribute_classifier
from attrimeter.fitting.same_person import (
    SamePersonSettings,
    TrainingPersons,
    cross_fitted_states,
    fit_same_person,
    match_distance,
)
from attrimeter.interpreter.same_person import SamePersonModel, cosine_distances
from attrimeter.metrics import score_queries

ATTRIBUTES, SIZE, VIEWS = 4, 12, 4
SETTINGS = SamePersonSettings(queries=120, hard=30, random=30)


def make_persons(seed: int, count: int = 60) -> TrainingPersons:
    """Embeddings that show four attributes, and beside them a little of the person and much of the camera."""
    rng = np.random.default_rng(seed)
    labels = (rng.random((count, ATTRIBUTES)) < 0.5).astype(np.int8)
    shades = rng.normal(0, 1, (count, ATTRIBUTES, 3))
    directions = np.eye(ATTRIBUTES, SIZE)
    beside = np.arange(SIZE) >= ATTRIBUTES
    face = rng.normal(0, 0.5, (count, SIZE)) * beside
    cameras = rng.normal(0, 1.0, (VIEWS, SIZE)) * beside
    rows = [
        (2 * labels[p] - 1) @ directions + face[p] + cameras[v] + rng.normal(0, 0.5, SIZE)
        for p in range(count)
        for v in range(VIEWS)
    ]
    return TrainingPersons(
        embeddings=torch.tensor(np.array(rows), dtype=torch.float32),
        labels=torch.from_numpy(np.repeat(labels, VIEWS, axis=0)),
        identities=np.repeat(np.arange(count), VIEWS),
        cameras=np.tile(np.arange(VIEWS), count),
        appearances=torch.from_numpy(
            np.repeat(shades, VIEWS, axis=0) + rng.normal(2, 1, (count * VIEWS, ATTRIBUTES, 3))
        ),
        styles=torch.from_numpy(rng.normal(0, 1, (count * VIEWS, 5))),
    )


def ledger_of(persons: TrainingPersons) -> object:
    """Contributions of the four coordinates, and of the rest, to the distance."""

    def ledger(query: int, candidates: np.ndarray) -> Tensor:
        squares = (persons.embeddings[query] - persons.embeddings[candidates]).square()
        split = torch.cat([squares[:, :ATTRIBUTES], squares[:, ATTRIBUTES:].sum(1, keepdim=True)], dim=1)
        return split / split.sum(dim=1, keepdim=True).sqrt().clamp(min=1e-9)

    return ledger


@pytest.fixture(scope="module")
def model() -> SamePersonModel:
    persons = make_persons(0)
    return fit_same_person(persons, ledger_of(persons), SETTINGS)  # type: ignore[arg-type]


def all_scores(model: SamePersonModel, persons: TrainingPersons) -> Tensor:
    side = model.read(persons.embeddings, persons.appearances, persons.styles)
    everybody = np.arange(len(persons.identities))
    components = torch.stack([ledger_of(persons)(i, everybody) for i in everybody])  # type: ignore[operator]
    return model.score(side, side, components)


def mean_precision(distances: np.ndarray, persons: TrainingPersons) -> float:
    scores = score_queries(
        distances,
        query_identities=persons.identities,
        query_cameras=persons.cameras,
        gallery_identities=persons.identities,
        gallery_cameras=persons.cameras,
    )
    return float(np.nanmean(scores.average_precision))


def test_unseen_persons_are_found_better_than_by_the_distance_alone(model: SamePersonModel) -> None:
    persons = make_persons(1)
    ours = mean_precision(-all_scores(model, persons).numpy(), persons)
    plain = mean_precision(cosine_distances(persons.embeddings, persons.embeddings).numpy(), persons)
    assert ours > plain + 0.03
    assert (model.evidence_weights > 0).sum() >= 3


def test_probabilities_of_unseen_persons_are_calibrated_at_even_odds(model: SamePersonModel) -> None:
    persons = make_persons(2)
    scores = all_scores(model, persons)
    same = torch.from_numpy(persons.identities[:, None] == persons.identities[None])
    elsewhere = torch.from_numpy(persons.cameras[:, None] != persons.cameras[None])
    probability = model.probability(scores)
    means = [float(probability[elsewhere & kind].mean()) for kind in (same, ~same)]
    assert means[0] > means[1] + 0.3
    for low, high in ((0.0, 0.3), (0.3, 0.7), (0.7, 1.0)):
        inside = elsewhere & (probability >= low) & (probability <= high)
        weight = [float((inside & kind).sum() / (elsewhere & kind).sum()) for kind in (same, ~same)]
        observed = weight[0] / sum(weight)
        assert low - 0.1 < observed < high + 0.1
    known = torch.ones(len(scores), dtype=torch.bool)
    assert float(model.has_seen(scores, known, known)[elsewhere].float().mean()) > 0.98


def test_images_of_another_kind_are_noticed(model: SamePersonModel) -> None:
    persons = make_persons(0)
    seen, unseen = (
        model.read(persons.embeddings, persons.appearances, persons.styles + step).familiar for step in (0, 9)
    )
    assert seen.float().mean() > 0.98
    assert not unseen.any()


def test_states_come_from_classifiers_that_have_not_seen_the_person() -> None:
    persons = make_persons(3, count=12)
    states = cross_fitted_states(persons)
    assert states.shape == persons.labels.shape and (states > 0).all() and (states < 1).all()
    for person in range(12):
        own = torch.from_numpy(persons.identities == person)
        changed = persons.labels.clone()
        changed[own] = 1 - changed[own]
        other = replace(persons, labels=changed)
        assert torch.allclose(cross_fitted_states(other)[own], states[own], atol=1e-5)
    seen = classify_attributes(
        torch.nn.functional.normalize(persons.embeddings),
        fit_attribute_classifier(torch.nn.functional.normalize(persons.embeddings), persons.labels),
    )
    right = [float(((s > 0.5) == (persons.labels == 1)).float().mean()) for s in (seen, states)]
    assert right[0] > right[1]


def test_what_cannot_be_fitted_is_told() -> None:
    few = make_persons(0, count=5)
    with pytest.raises(DatasetError, match="5 training persons are too few"):
        fit_same_person(few, ledger_of(few), SETTINGS)  # type: ignore[arg-type]
    persons = make_persons(0, count=8)
    one_camera = replace(persons, cameras=np.zeros_like(persons.cameras))
    with pytest.raises(DatasetError, match="No training person is seen by two cameras"):
        fit_same_person(one_camera, ledger_of(persons), SETTINGS)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="must be"):
        SamePersonSettings(hard=0)


def test_at_the_match_distance_both_errors_are_equal() -> None:
    persons = make_persons(2)
    limit = match_distance(persons, seed=1)
    chords = torch.cdist(persons.embeddings.double(), persons.embeddings.double()).numpy()
    same = persons.identities[:, None] == persons.identities
    elsewhere = persons.cameras[:, None] != persons.cameras
    missed = (chords[same & elsewhere] > limit).mean()
    mistaken = (chords[~same & elsewhere] <= limit).mean()
    assert 0.02 < missed < 0.5 and missed == pytest.approx(mistaken, abs=0.02)
    with pytest.raises(DatasetError, match="two cameras"):
        match_distance(replace(persons, cameras=np.zeros_like(persons.cameras)))
