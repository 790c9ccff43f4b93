"""Shares as probabilities against a plain loop."""

from __future__ import annotations

import math

import pytest
import torch

from attrimeter.losses import difference_loss


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
