from __future__ import annotations

import math

import pytest
import torch

from attrimeter.fitting.target.losses import BatchHardTripletLoss
from attrimeter.fitting.target.settings import TargetTrainingSettings


def slow_loss(features: torch.Tensor, identities: list[int], margin: float) -> float:
    losses = []
    for anchor, identity in enumerate(identities):
        distances = [math.dist(features[anchor].tolist(), other.tolist()) for other in features]
        positives = [d for i, d in enumerate(distances) if identities[i] == identity and i != anchor]
        negatives = [d for i, d in enumerate(distances) if identities[i] != identity]
        if not positives or not negatives:
            continue
        gap = max(positives) - min(negatives)
        losses.append(max(gap + margin, 0) if margin else math.log1p(math.exp(gap)))
    counted = [loss for loss in losses if loss > 0]
    return sum(counted) / len(counted) if counted else 0.0


@pytest.mark.parametrize("margin", [0.0, 0.3])
@pytest.mark.parametrize("spread", [0.1, 3.0])
def test_it_is_the_batch_hard_loss(margin: float, spread: float) -> None:
    torch.manual_seed(0)
    identities = [0, 0, 0, 1, 1, 1, 2, 2, 3]
    centres = spread * torch.randn(4, 6)
    features = (centres[identities] + 0.5 * torch.randn(9, 6)).double()
    loss = BatchHardTripletLoss(TargetTrainingSettings(triplet_margin=margin))
    expected = slow_loss(features, identities, margin)
    assert loss(features, torch.tensor(identities)).item() == pytest.approx(expected, rel=1e-6)


def test_a_batch_without_triplets_gives_zero() -> None:
    loss = BatchHardTripletLoss(TargetTrainingSettings())
    features = torch.randn(3, 4, requires_grad=True)
    value = loss(features, torch.tensor([0, 1, 2]))
    value.backward()
    assert value.item() == 0
