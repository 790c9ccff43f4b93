"""A neck read off by what it computes is the neck."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from attrimeter.errors import CheckpointError
from attrimeter.targets.heads.affine_head import AffineHead, read_affine
from attrimeter.targets.heads.head import GatedLinearHead, PooledHead
from attrimeter.targets.heads.pooling import AveragePooling, GeneralisedMeanPooling
from targets.own_modules import filled

MAPS = torch.rand(4, 6, 5, 3, generator=torch.Generator().manual_seed(0))
PARTITION = torch.randn(4, 3, 5, 3, generator=torch.Generator().manual_seed(1)).softmax(dim=1)


@pytest.mark.parametrize("normalise", [False, True])
def test_a_bnneck_gives_the_numbers_of_pooled_head(normalise: bool) -> None:
    known = PooledHead(GeneralisedMeanPooling(), channels=6, neck=True, normalise=normalise)
    filled(known).requires_grad_(False).eval()
    affine = read_affine(known.neck, channels=6)
    assert affine.weight.shape == (6,)  # a diagonal is kept as one
    head = AffineHead(GeneralisedMeanPooling(), affine, normalise=normalise)
    torch.testing.assert_close(head.embed(MAPS), known.embed(MAPS))
    torch.testing.assert_close(head.embed_masked(MAPS, PARTITION), known.embed_masked(MAPS, PARTITION))
    for ours, theirs in zip(head.split(MAPS, PARTITION), known.split(MAPS, PARTITION), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_a_gated_linear_neck_gives_the_numbers_of_gated_linear_head() -> None:
    known = GatedLinearHead(AveragePooling(), channels=6, embedding_size=9)
    filled(known).requires_grad_(False).eval()
    neck = nn.Sequential(known.linear, known.norm, nn.ReLU(), nn.Dropout()).eval()
    affine = read_affine(neck, channels=6)
    assert affine.gated and affine.weight.shape == (9, 6)
    head = AffineHead(AveragePooling(), affine)
    assert (head.embed(MAPS) == 0).any()
    torch.testing.assert_close(head.embed(MAPS), known.embed(MAPS))
    for ours, theirs in zip(head.split(MAPS, PARTITION), known.split(MAPS, PARTITION), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_no_neck_and_a_function_are_necks() -> None:
    torch.testing.assert_close(
        AffineHead(AveragePooling(), read_affine(None, channels=6)).embed(MAPS), MAPS.mean((2, 3))
    )
    halved = AffineHead(AveragePooling(), read_affine(lambda pooled: pooled[:, :4] / 2 + 1, channels=6))
    torch.testing.assert_close(halved.embed(MAPS), MAPS.mean((2, 3))[:, :4] / 2 + 1)


def test_a_neck_for_other_vectors_is_told() -> None:
    with pytest.raises(CheckpointError, match=r"Linear does not take pooled vectors of 6 numbers"):
        read_affine(nn.Linear(7, 2), channels=6)
