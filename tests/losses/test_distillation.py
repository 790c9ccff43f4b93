"""Metric distillation against the formula, pair by pair."""

from __future__ import annotations

import math

import pytest
import torch

from attrimeter.losses import distillation_gap, distillation_loss


def test_loss_and_gap_are_the_formula() -> None:
    generator = torch.Generator().manual_seed(1)
    distances = torch.rand(9, generator=generator) + 0.1
    components = torch.rand(9, 4, generator=generator)
    misses = [
        abs(float(d) - sum(float(c) for c in row) / 4) for d, row in zip(distances, components, strict=True)
    ]
    assert float(distillation_loss(distances, components)) == pytest.approx(sum(misses) / 9, rel=1e-5)
    gaps = [miss / float(d) for miss, d in zip(misses, distances, strict=True)]
    assert distillation_gap(distances, components).tolist() == pytest.approx(gaps, rel=1e-4)


def test_gap_is_unknown_for_a_distance_of_zero() -> None:
    gap = distillation_gap(torch.tensor([0.0, 1.0]), torch.ones(2, 3))
    assert math.isnan(gap[0]) and float(gap[1]) == 0.0


def test_no_pairs_give_zero_with_a_gradient() -> None:
    components = torch.zeros(0, 3, requires_grad=True)
    loss = distillation_loss(torch.zeros(0), components)
    loss.backward()
    assert float(loss) == 0.0
