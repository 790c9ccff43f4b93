"""A head of which nothing is known runs the rest of its module, map by map."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from attrimeter.errors import CheckpointError
from attrimeter.targets.heads.opaque_head import OpaqueHead
from attrimeter.targets.map_layouts import PlainMap, TokenGrid

REST = nn.Sequential(nn.Flatten(), nn.Linear(4 * 6, 5), nn.Tanh()).requires_grad_(False)
MAPS = torch.randn(3, 4, 3, 2, generator=torch.Generator().manual_seed(0))
MASKS = torch.rand(3, 7, 3, 2, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("normalise", [False, True])
def test_masked_embeddings_are_those_of_masked_maps(normalise: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    head = OpaqueHead(REST, layout=PlainMap(), normalise=normalise)
    masked = head.embed_masked(MAPS, MASKS)
    for image in range(3):
        for k in range(7):
            alone = REST((MAPS[image] * MASKS[image, k])[None])[0]
            expected = alone / alone.norm() if normalise else alone
            torch.testing.assert_close(masked[image, k], expected)
    monkeypatch.setattr("attrimeter.targets.heads.opaque_head.MOST_ROWS", 1)
    torch.testing.assert_close(head.embed_masked(MAPS, MASKS), masked)


def test_a_split_adds_up_by_its_remainder() -> None:
    head = OpaqueHead(REST, layout=PlainMap())
    parts, bias = head.split(MAPS, MASKS)
    torch.testing.assert_close(parts, head.embed_masked(MAPS, MASKS))
    torch.testing.assert_close(parts.sum(dim=1) + bias, head.embed(MAPS))
    torch.testing.assert_close(head.embed(MAPS), REST(MAPS))


def test_a_precise_copy_shares_the_module_and_keeps_its_precision() -> None:
    head = OpaqueHead(REST, layout=PlainMap())
    precise = copy.deepcopy(head).double()
    assert precise.embed(MAPS.double()).dtype == torch.float64
    torch.testing.assert_close(precise.embed(MAPS.double()).float(), head.embed(MAPS))
    assert REST[1].weight.dtype == torch.float32
    assert not list(head.parameters())


def test_leading_tokens_are_not_masked() -> None:
    def rest(tokens_map: Tensor) -> Tensor:
        return TokenGrid(3, 2, leading=1).from_map(tokens_map)[:, 0]

    tokens = torch.randn(2, 7, 4)
    layout = TokenGrid(3, 2, leading=1)
    head = OpaqueHead(rest, layout=layout)
    masked = head.embed_masked(layout.to_map(tokens), torch.zeros(2, 1, 3, 2))
    torch.testing.assert_close(masked[:, 0], tokens[:, 0])


def test_gradients_reach_the_maps_or_it_is_told_that_they_do_not() -> None:
    masks = MASKS.clone().requires_grad_()
    OpaqueHead(REST, layout=PlainMap()).embed_masked(MAPS, masks).sum().backward()
    assert masks.grad is not None and bool((masks.grad != 0).any())
    closed = OpaqueHead(lambda maps: REST(maps.detach()), layout=PlainMap())
    with pytest.raises(CheckpointError, match="No gradient passes"):
        closed.embed_masked(MAPS, masks)
    with pytest.raises(CheckpointError, match="No gradient passes"):
        closed.embed(MAPS.clone().requires_grad_())
    assert closed.split(MAPS, masks).parts.shape == (3, 7, 5)  # the counterfactual form needs none
