from __future__ import annotations

import pytest
import torch
from torch import Tensor

from attrimeter.targets.heads.pooling import POOLINGS, GeneralisedMeanPooling, MaxPooling, Pooling

KINDS = sorted(POOLINGS)


def make_pooling(kind: str) -> Pooling:
    return GeneralisedMeanPooling(power=2.5).double() if kind == "gem" else POOLINGS[kind]().double()


def make_features() -> Tensor:
    torch.manual_seed(0)
    features = torch.randn(3, 5, 4, 2, dtype=torch.float64).relu()
    features[1, 2] = 0
    return features


def make_partition(parts: int = 4) -> Tensor:
    torch.manual_seed(1)
    return torch.randn(3, parts, 4, 2, dtype=torch.float64).softmax(dim=1)


def cell_value(kind: str, row: list[float], cell: int) -> float:
    """v_c(p): what one cell of one channel adds to the pooled value."""
    if kind == "gap":
        return row[cell] / len(row)
    if kind == "max":
        return row[cell] if cell == row.index(max(row)) else 0.0
    power = {"gem": 2.5, "gem3": 3.0}[kind]
    powers = [max(value, 1e-6) ** power for value in row]
    pooled = (sum(powers) / len(row)) ** (1 / power)
    return powers[cell] / (len(row) * pooled ** (power - 1))


@pytest.mark.parametrize("kind", KINDS)
def test_split_is_the_sum_over_cells(kind: str) -> None:
    features, partition = make_features(), make_partition()
    split = make_pooling(kind).split(features, partition)
    for n in range(3):
        for k in range(4):
            for c in range(5):
                row = features[n, c].flatten().tolist()
                weights = partition[n, k].flatten().tolist()
                slow = sum(weight * cell_value(kind, row, cell) for cell, weight in enumerate(weights))
                assert split[n, k, c].item() == pytest.approx(slow, abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_partition_of_unity_adds_up_to_the_pooled_value(kind: str) -> None:
    pooling, features = make_pooling(kind), make_features()
    assert torch.allclose(pooling.split(features, make_partition()).sum(1), pooling(features), atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_pool_masked_is_pooling_of_each_product(kind: str) -> None:
    pooling, features = make_pooling(kind), make_features()
    maps = 3 * torch.rand(3, 4, 4, 2, dtype=torch.float64)
    maps[0, 1] = 0
    naive = torch.stack([pooling(features * maps[:, k : k + 1]) for k in range(4)], dim=1)
    assert torch.allclose(pooling.pool_masked(features, maps), naive, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_reach_the_maps(kind: str) -> None:
    pooling, features = make_pooling(kind), make_features()
    partition = make_partition().requires_grad_()
    assert torch.autograd.gradcheck(lambda maps: pooling.split(features, maps), partition)
    assert torch.autograd.gradcheck(lambda maps: pooling.pool_masked(features, maps), partition)


def test_a_tie_goes_to_the_first_cell() -> None:
    features = torch.tensor([[[[1.0, 2.0], [2.0, 0.0]]]])
    partition = torch.tensor([[[[0.1, 0.2], [0.3, 0.4]], [[0.9, 0.8], [0.7, 0.6]]]])
    assert torch.allclose(MaxPooling().split(features, partition).flatten(), torch.tensor([0.4, 1.6]))


@pytest.mark.parametrize("power", [1.0, 3.0, 8.0])
def test_generalised_mean_of_a_dead_channel_stays_finite(power: float) -> None:
    pooling = GeneralisedMeanPooling(power=power)
    features = torch.zeros(1, 2, 4, 2, requires_grad=True)
    partition = torch.full((1, 2, 4, 2), 0.5, requires_grad=True)
    for pooled in (pooling.split(features, partition), pooling.pool_masked(features, partition)):
        assert 0 <= pooled.min().item() <= pooled.max().item() < 1e-4
        gradient = torch.autograd.grad(pooled.sum(), (features, partition))
        assert all(part.isfinite().all() for part in gradient)
