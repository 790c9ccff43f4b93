"""The losses on labelled images against plain loops over pairs, attributes and labels."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from attrimeter.losses import (
    attribute_prior_loss,
    difference_loss,
    distillation_gap,
    distillation_loss,
    evidence_loss,
    prior_thresholds,
)


def test_evidence_is_the_loop_over_known_labels() -> None:
    generator = torch.Generator().manual_seed(3)
    logits = torch.randn(20, 3, generator=generator, dtype=torch.float64)
    labels = torch.randint(-1, 2, (20, 3), generator=generator).to(torch.int8)
    prevalence = torch.tensor([0.5, 0.1, 0.001], dtype=torch.float64)
    total, weights = 0.0, 0.0
    for row in range(20):
        for k in range(3):
            label = int(labels[row, k])
            if label < 0:
                continue
            rate = min(max(float(prevalence[k]), 0.02), 0.98)
            weight = 0.5 / rate if label == 1 else 0.5 / (1 - rate)
            probability = 1 / (1 + math.exp(-float(logits[row, k])))
            total -= weight * math.log(probability if label == 1 else 1 - probability)
            weights += weight
    assert float(evidence_loss(logits, labels, prevalence)) == pytest.approx(total / weights, rel=1e-9)


def test_no_known_label_gives_zero() -> None:
    labels = torch.full((4, 2), -1, dtype=torch.int8)
    assert float(evidence_loss(torch.randn(4, 2), labels, torch.tensor([0.5, 0.5]))) == 0.0


def test_it_is_the_loop_over_pairs_that_differ() -> None:
    generator = torch.Generator().manual_seed(2)
    logits = torch.randn(12, 5, generator=generator, dtype=torch.float64)
    known = torch.rand(12, 5, generator=generator) < 0.7
    differs = (torch.rand(12, 5, generator=generator) < 0.4) & known
    differs[3] = False
    totals = []
    for row in range(12):
        if not differs[row].any():
            continue
        terms = []
        for k in range(5):
            if known[row, k]:
                probability = 1 / (1 + math.exp(-float(logits[row, k])))
                terms.append(-math.log(probability if differs[row, k] else 1 - probability))
        totals.append(sum(terms) / len(terms))
    assert float(difference_loss(logits, differs, known)) == pytest.approx(sum(totals) / len(totals))


def test_no_difference_gives_zero() -> None:
    nothing = torch.zeros(3, 4, dtype=torch.bool)
    assert float(difference_loss(torch.randn(3, 4), nothing, ~nothing)) == 0.0
    assert float(difference_loss(torch.zeros(0, 4), nothing[:0], nothing[:0])) == 0.0


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


def test_evidence_without_a_prevalence_counts_every_label_alike() -> None:
    generator = torch.Generator().manual_seed(4)
    logits = torch.randn(20, 3, generator=generator)
    labels = torch.randint(-1, 2, (20, 3), generator=generator).to(torch.int8)
    assert torch.equal(evidence_loss(logits, labels), evidence_loss(logits, labels, torch.full((3,), 0.5)))
    known = labels >= 0
    each = binary_cross_entropy_with_logits(logits[known], (labels[known] == 1).float())
    assert float(evidence_loss(logits, labels)) == pytest.approx(float(each), rel=1e-6)
