"""Where a distance lies: quantiles against sorted pairs."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from attrimeter.metrics.percentiles import distance_quantiles, percentile_of

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
