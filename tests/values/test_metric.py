"""The metric against distances that SciPy computes of the embeddings themselves."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist

from attrimeter.errors import SettingsError
from attrimeter.values.metric import Metric

A, B = np.random.default_rng(0).normal(size=(2, 5, 7))


@pytest.fixture(params=list(Metric))
def case(request: pytest.FixtureRequest) -> tuple[Metric, np.ndarray, np.ndarray]:
    """A metric, the chords of embeddings as it needs them, and their distances by SciPy."""
    metric = request.param
    lengths = [
        np.linalg.norm(each, axis=1, keepdims=True) if metric.has_unit_length else 1 for each in (A, B)
    ]
    chords = cdist(A / lengths[0], B / lengths[1])
    return metric, chords, cdist(A, B, metric)


def test_there_and_back_against_scipy(case: tuple[Metric, np.ndarray, np.ndarray]) -> None:
    metric, chords, distances = case
    np.testing.assert_allclose(metric.from_chord(chords), distances)
    np.testing.assert_allclose(metric.from_squared(chords**2), distances)
    np.testing.assert_allclose(metric.to_squared(distances), chords**2)


def test_parts_add_up_to_what_they_are_parts_of(case: tuple[Metric, np.ndarray, np.ndarray]) -> None:
    metric, chords, distances = case
    shares = np.random.default_rng(1).dirichlet(np.ones(4), size=chords.shape)
    parts = metric.parts_from_chord(shares * chords[..., None], chords[..., None])
    np.testing.assert_allclose(parts.sum(axis=-1), distances)
    squared = metric.parts_to_squared(parts, chords[..., None])
    np.testing.assert_allclose(squared, shares * chords[..., None] ** 2)


def test_a_number_stays_what_it_is(case: tuple[Metric, np.ndarray, np.ndarray]) -> None:
    metric = case[0]
    for given in (0.5, np.float64(0.5), torch.tensor([0.5])):
        assert isinstance(metric.from_chord(given), type(given))
    assert metric.from_chord(0.0) == metric.from_squared(0.0) == metric.to_squared(0.0) == 0


def test_it_is_written_as_its_name() -> None:
    assert f"by {Metric.named('cosine')} distance" == "by cosine distance"
    assert json.dumps({"metric": Metric.EUCLIDEAN}) == '{"metric": "euclidean"}'


@pytest.mark.parametrize("name", ["manhattan", "", "Cosine"])
def test_an_unknown_name(name: str) -> None:
    with pytest.raises(SettingsError, match=f"The metric {name!r} is not known; choose euclidean or cosine."):
        Metric.named(name)
