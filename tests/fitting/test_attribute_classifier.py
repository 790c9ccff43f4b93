"""The plain attribute classifier: finds what a line separates, ignores unknown labels."""

from __future__ import annotations

import pytest
import torch

from attrimeter.fitting.attribute_classifier import (
    classify_attributes,
    disagreement,
    fit_attribute_classifier,
)


def test_it_separates_what_a_line_separates() -> None:
    generator = torch.Generator().manual_seed(0)
    embeddings = 5 + 3 * torch.randn(300, 6, generator=generator)
    labels = torch.stack([embeddings[:, 0] > 5, embeddings[:, 1] + embeddings[:, 2] > 10], dim=1).to(
        torch.int8
    )
    hidden = labels.clone()
    hidden[::3, 1] = -1
    classifier = fit_attribute_classifier(embeddings, hidden)
    right = (classify_attributes(embeddings, classifier) > 0.5).to(torch.int8) == labels
    assert float(right.float().mean()) > 0.97


def test_disagreement_is_the_chance_that_two_coins_differ() -> None:
    a, b = torch.tensor([[0.0, 0.3]]), torch.tensor([[1.0, 0.6], [0.0, 0.5]])
    expected = [[[1.0, 0.3 * 0.4 + 0.7 * 0.6], [0.0, 0.5]]]
    assert disagreement(a, b).flatten().tolist() == pytest.approx(torch.tensor(expected).flatten().tolist())
