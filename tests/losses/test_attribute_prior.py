"""The attribute prior against a plain loop over pairs and attributes."""

from __future__ import annotations

import math

import pytest
import torch

from attrimeter.losses import attribute_prior_loss, prior_thresholds


def slow_prior(shares: list[list[float]], differs: list[list[bool]], known: list[list[bool]]) -> float:
    total = 0.0
    for share, differ, know in zip(shares, differs, known, strict=True):
        exclusive = [s for s, d, k in zip(share, differ, know, strict=True) if k and d]
        common = [s for s, d, k in zip(share, differ, know, strict=True) if k and not d]
        n, k = len(exclusive), len(exclusive) + len(common)
        if n == 0:
            continue
        tau = math.sqrt(n / k)
        theta = math.sqrt(tau * (1 - tau) / (n * (k - n))) if common else math.sqrt(1 / k / (2 * k))
        loss = max(0.0, tau - sum(exclusive))
        loss += max(0.0, sum(common) - (1 - tau)) if common else 0.0
        loss += 10 * sum(max(0.0, theta - s) for s in exclusive)
        loss += 10 * sum(max(0.0, s - theta) for s in common)
        total += loss
    return total / len(shares)


@pytest.mark.parametrize("seed", range(5))
def test_prior_is_the_loop_over_pairs(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    shares = torch.rand(40, 7, generator=generator, dtype=torch.float64)
    shares = shares / shares.sum(dim=1, keepdim=True)
    differs = torch.rand(40, 7, generator=generator) < 0.4
    known = torch.rand(40, 7, generator=generator) < 0.8
    differs[0], known[0] = False, True
    differs[1], known[1] = True, True
    known[2] = False
    expected = slow_prior(shares.tolist(), differs.tolist(), known.tolist())
    assert float(attribute_prior_loss(shares, differs, known)) == pytest.approx(expected, rel=1e-9)


def test_prior_is_zero_when_the_right_attributes_carry_the_distance() -> None:
    shares = torch.tensor([[0.5, 0.5, 0.0, 0.0]])
    differs = torch.tensor([[True, True, False, False]])
    assert float(attribute_prior_loss(shares, differs)) == 0.0
    assert float(attribute_prior_loss(shares, ~differs)) > 1.0


def test_pairs_with_the_same_labels_add_nothing() -> None:
    shares = torch.full((3, 4), 0.25)
    assert float(attribute_prior_loss(shares, torch.zeros(3, 4, dtype=torch.bool))) == 0.0


def test_no_pairs_give_zero() -> None:
    empty = torch.zeros(0, 4)
    assert float(attribute_prior_loss(empty, empty.bool())) == 0.0


def test_theta_is_continuous_where_every_attribute_differs() -> None:
    _, at = prior_thresholds(torch.tensor([1000.0]), torch.tensor([1000.0]))
    _, before = prior_thresholds(torch.tensor([999.0]), torch.tensor([1000.0]))
    assert float(at) == pytest.approx(float(before), rel=1e-2)
