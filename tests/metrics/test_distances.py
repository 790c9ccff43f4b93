from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist

from attrimeter.errors import SettingsError
from attrimeter.metrics import pairwise_distances

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
