"""Weighted cross-entropy against a plain loop."""

from __future__ import annotations

import math

import pytest
import torch

from attrimeter.losses import evidence_loss


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
