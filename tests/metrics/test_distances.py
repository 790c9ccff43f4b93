from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist

from attrimeter.errors import SettingsError
from attrimeter.metrics import pairwise_distances
from attrimeter.metrics.distances import distance_quantiles, percentile_of

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_against_scipy(metric: str, dtype: type) -> None:
    a, b = RNG.normal(size=(7, 33)).astype(dtype), 3 + RNG.normal(size=(11, 33)).astype(dtype)
    distances = pairwise_distances(torch.from_numpy(a), torch.from_numpy(b), metric)
    assert distances.dtype == torch.from_numpy(a).dtype
    tolerance = 1e-6 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(distances.numpy(), cdist(a, b, metric), rtol=tolerance, atol=tolerance)


def test_near_embeddings_do_not_cancel() -> None:
    """In float32 the expanded square of vectors of length 1000 is off by more than 1."""
    a = torch.full((1, 64), 125.0)
    b = a.clone()
    b[0, 0] += 2**-10
    assert pairwise_distances(a, b, "euclidean").item() == pytest.approx(2**-10, rel=1e-3)
    assert pairwise_distances(a, a, "euclidean").item() == 0


def test_cosine_range() -> None:
    a = torch.tensor([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
    distances = pairwise_distances(a, torch.stack([a[0], -a[0]]), "cosine")
    assert distances.tolist() == [[0.0, 2.0], [1.0, 1.0]]


def test_empty_sides() -> None:
    assert pairwise_distances(torch.zeros(0, 4), torch.zeros(3, 4), "euclidean").shape == (0, 3)
    assert pairwise_distances(torch.zeros(2, 4), torch.zeros(0, 4), "cosine").shape == (2, 0)


def test_unknown_metric() -> None:
    with pytest.raises(SettingsError, match="'manhattan' is not known; choose euclidean or cosine"):
        pairwise_distances(torch.zeros(1, 2), torch.zeros(1, 2), "manhattan")


EMBEDDINGS = torch.randn(12, 4, generator=torch.Generator().manual_seed(0))
IDENTITIES = np.repeat([1, 2, 3], 4)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_quantiles_are_those_of_all_pairs(metric: str) -> None:
    found = distance_quantiles(EMBEDDINGS, IDENTITIES, metric=metric)
    pairs: dict[str, list[float]] = {"same": [], "different": []}
    for i in range(12):
        for j in range(i):
            chord = float((EMBEDDINGS[i] - EMBEDDINGS[j]).norm())
            kind = "same" if IDENTITIES[i] == IDENTITIES[j] else "different"
            pairs[kind].append(chord**2 / 2 if metric == "cosine" else chord)
    for kind, values in pairs.items():
        assert found[kind][0] == pytest.approx(min(values), rel=1e-5)
        assert found[kind][100] == pytest.approx(max(values), rel=1e-5)
        assert found[kind][50] == pytest.approx(float(np.median(values)), rel=1e-5)
        middle = sorted(values)[len(values) // 3]
        expected = 100 * (len(values) // 3) / (len(values) - 1)
        assert percentile_of(middle, found[kind]) == pytest.approx(expected, abs=1)


def test_a_kind_that_does_not_occur_is_unknown() -> None:
    found = distance_quantiles(EMBEDDINGS[:4], IDENTITIES[:4], metric="euclidean")
    assert found["different"] == [] and len(found["same"]) == 101
    assert math.isnan(percentile_of(1.0, found["different"]))


def test_beyond_the_ends_is_0_or_100() -> None:
    assert percentile_of(0.0, [1.0, 2.0]) == 0 and percentile_of(9.0, [1.0, 2.0]) == 100
