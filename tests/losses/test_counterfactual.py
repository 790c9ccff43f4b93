"""The losses of predicted edits against plain loops, and where there is nothing to average."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from attrimeter.losses import EditTargets, cover_loss, differ_loss, move_loss, share_loss, value_loss

PAIRS, GROUPS, SIZE = 5, 3, 4


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.fixture
def targets() -> EditTargets:
    differs = random(PAIRS, GROUPS, seed=1) > 0
    return EditTargets(
        shares=random(PAIRS, GROUPS, seed=2) * differs,
        moves=random(PAIRS, GROUPS, SIZE, seed=3) * differs[..., None],
        differs=differs,
        squared=random(PAIRS, seed=4).abs() + 0.1,
        weights=random(PAIRS, seed=5).abs(),
    )


def take(targets: EditTargets, rows: slice) -> EditTargets:
    return EditTargets(**{name: value[rows] for name, value in vars(targets).items()})


def test_share_and_value_losses_are_the_loops(targets: EditTargets) -> None:
    predicted = random(PAIRS, GROUPS, seed=6)
    everything = differing = 0.0
    for pair in range(PAIRS):
        for group in range(GROUPS):
            miss = abs(float(predicted[pair, group] - targets.shares[pair, group]))
            miss *= float(targets.weights[pair]) / PAIRS
            everything += miss
            differing += miss if targets.differs[pair, group] else 0.0
    assert 0 < differing < everything
    assert float(share_loss(predicted, targets)) == pytest.approx(everything)
    assert float(value_loss(predicted, targets)) == pytest.approx(differing)
    assert float(share_loss(targets.shares, targets)) == 0


def test_with_squared_distances_as_weights_it_is_the_relative_error_s_numerator(
    targets: EditTargets,
) -> None:
    weighted = replace(targets, weights=targets.squared / targets.squared.mean())
    predicted = random(PAIRS, GROUPS, seed=6)
    squared = targets.squared[:, None]
    misses = (predicted * squared - targets.shares * squared).abs().sum()
    assert float(share_loss(predicted, weighted)) == pytest.approx(float(misses / targets.squared.sum()))


def test_move_loss_is_the_loop(targets: EditTargets) -> None:
    moves = random(PAIRS, GROUPS, SIZE, seed=7)
    expected = 0.0
    for pair in range(PAIRS):
        for group in range(GROUPS):
            if targets.differs[pair, group]:
                miss = sum(
                    float(m - t) ** 2
                    for m, t in zip(moves[pair, group], targets.moves[pair, group], strict=True)
                )
                expected += miss / float(targets.squared[pair]) * float(targets.weights[pair]) / PAIRS
    assert float(move_loss(moves, targets)) == pytest.approx(expected)
    assert float(move_loss(targets.moves, targets)) == 0
    nowhere = replace(targets, squared=torch.zeros_like(targets.squared))
    assert math.isfinite(float(move_loss(moves, nowhere)))


def test_cross_entropies_are_the_loops() -> None:
    logits, differs = random(PAIRS, GROUPS, seed=8), random(PAIRS, GROUPS, seed=9) > 0
    chances = logits.sigmoid()
    terms = torch.where(differs, chances, 1 - chances).log()
    assert float(differ_loss(logits, differs)) == pytest.approx(-float(terms.mean()))
    scores, cover = random(2, GROUPS, 4, 2, seed=10), random(2, GROUPS, 4, 2, seed=11).sigmoid()
    expected = 0.0
    for score, share in zip(scores.flatten().tolist(), cover.flatten().tolist(), strict=True):
        chance = 1 / (1 + math.exp(-score))
        expected -= share * math.log(chance) + (1 - share) * math.log(1 - chance)
    assert float(cover_loss(scores, cover)) == pytest.approx(expected / cover.numel())


def test_nothing_to_average_is_zero_and_has_a_gradient(targets: EditTargets) -> None:
    none = take(targets, slice(0, 0))
    empty = torch.zeros(0, GROUPS, dtype=torch.float64, requires_grad=True)
    moves = torch.zeros(0, GROUPS, SIZE, dtype=torch.float64, requires_grad=True)
    maps = torch.zeros(0, GROUPS, 4, 2, requires_grad=True)
    losses = [
        share_loss(empty, none),
        value_loss(empty, none),
        move_loss(moves, none),
        differ_loss(empty, none.differs),
        cover_loss(maps, torch.zeros(0, GROUPS, 4, 2)),
    ]
    assert [loss.detach().item() for loss in losses] == [0.0] * 5
    for loss in losses:
        loss.backward()
