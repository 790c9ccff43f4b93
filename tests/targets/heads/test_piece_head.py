from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from attrimeter.targets.heads.piece_head import Piece, PieceHead
from attrimeter.targets.heads.pooling import POOLINGS

PIECES = {
    "all": Piece(0, 5),
    "right": Piece(3, 2),
    "top": Piece(1, 4, band=0, bands=2),
    "bottom": Piece(1, 4, band=1, bands=2),
    "middle": Piece(0, 3, band=1, bands=3),
}
ROWS = {"all": (0, 6), "right": (0, 6), "top": (0, 3), "bottom": (3, 6), "middle": (2, 4)}
HEADS = [
    (kind, gated, normalise)
    for kind in sorted(POOLINGS)
    for gated in (False, True)
    for normalise in (False, True)
]


def make_head(kind: str, gated: bool, normalise: bool) -> PieceHead:
    torch.manual_seed(3)
    head = PieceHead(PIECES, POOLINGS[kind], embedding_size=4, gated=gated, normalise=normalise)
    for name, tensor in head.state_dict().items():
        if name.endswith("running_var") or name.startswith("pooling"):
            tensor.uniform_(1, 2)
        elif tensor.is_floating_point():
            tensor.normal_(0.3, 0.6)
    return head.double().eval()


def make_map() -> Tensor:
    torch.manual_seed(0)
    return torch.randn(3, 5, 6, 2, dtype=torch.float64).relu()


def make_partition() -> Tensor:
    torch.manual_seed(1)
    return torch.randn(3, 4, 6, 2, dtype=torch.float64).softmax(dim=1)


def plain_embedding(head: PieceHead, last_map: Tensor) -> Tensor:
    """Piece by piece, by PyTorch's own layers."""
    outputs = []
    for name, piece in PIECES.items():
        first, last = ROWS[name]
        cut = last_map[:, piece.first_channel : piece.first_channel + piece.channels, first:last]
        pooled = head.pooling.get_submodule(name)(cut)
        neck = head.necks[name]
        output = neck.norm(F.conv2d(pooled[:, :, None, None], neck.linear.weight)[:, :, 0, 0])
        outputs.append(output if neck.gated_norm is None else neck.gated_norm(F.relu(output)))
    embedding = torch.cat(outputs, dim=1)
    return F.normalize(embedding) if head.normalise else embedding


@pytest.mark.parametrize(("kind", "gated", "normalise"), HEADS)
def test_embedding_is_that_of_the_plain_layers(kind: str, gated: bool, normalise: bool) -> None:
    head, last_map = make_head(kind, gated, normalise), make_map()
    embeddings = head.embed(last_map)
    assert embeddings.shape == (3, 20)
    assert torch.allclose(embeddings, plain_embedding(head, last_map), atol=1e-12)


@pytest.mark.parametrize(("kind", "gated", "normalise"), HEADS)
def test_parts_and_bias_add_up_to_the_embedding(kind: str, gated: bool, normalise: bool) -> None:
    head, last_map = make_head(kind, gated, normalise), make_map()
    parts, bias = head.split(last_map, make_partition())
    assert parts.shape == (3, 4, 20)
    assert bias.shape == (3, 20)
    assert torch.allclose(parts.sum(1) + bias, head.embed(last_map), atol=1e-12)


@pytest.mark.parametrize(("kind", "gated", "normalise"), HEADS)
def test_each_cell_alone_gives_its_own_vector(kind: str, gated: bool, normalise: bool) -> None:
    head, last_map, partition = make_head(kind, gated, normalise), make_map(), make_partition()
    parts, bias = head.split(last_map, partition)
    slow = torch.zeros_like(parts)
    for y in range(6):
        for x in range(2):
            cell = torch.zeros(3, 1, 6, 2, dtype=torch.float64)
            cell[:, :, y, x] = 1
            vector, same_bias = head.split(last_map, cell)
            slow += partition[:, :, y, x, None] * vector
            assert torch.equal(same_bias, bias)
    assert torch.allclose(parts, slow, atol=1e-12)


def test_a_cell_carries_nothing_for_a_piece_that_it_is_not_in() -> None:
    head, last_map = make_head("gap", False, False), make_map()
    top_row = torch.zeros(3, 1, 6, 2, dtype=torch.float64)
    top_row[:, :, 0] = 1
    carried = head.split(last_map, top_row).parts.view(3, 5, 4).abs().amax(dim=(0, 2))
    assert (carried > 0).tolist() == [True, True, True, False, False]


@pytest.mark.parametrize(("kind", "gated", "normalise"), HEADS)
def test_embed_masked_is_embed_of_each_product(kind: str, gated: bool, normalise: bool) -> None:
    head, last_map, maps = make_head(kind, gated, normalise), make_map(), 2 * make_partition()
    masked = head.embed_masked(last_map, maps)
    assert masked.shape == (3, 4, 20)
    for k in range(4):
        assert torch.allclose(masked[:, k], head.embed(last_map * maps[:, k : k + 1]), atol=1e-5)


@pytest.mark.parametrize(("kind", "gated", "normalise"), HEADS)
def test_gradients_reach_the_maps(kind: str, gated: bool, normalise: bool) -> None:
    head, last_map = make_head(kind, gated, normalise), make_map()[:1]
    partition = make_partition()[:1].requires_grad_()
    assert torch.autograd.gradcheck(lambda maps: tuple(head.split(last_map, maps)), partition)
    assert torch.autograd.gradcheck(lambda maps: head.embed_masked(last_map, maps), partition)


def test_a_closed_gate_leaves_only_the_bias() -> None:
    head, last_map = make_head("gap", True, False), make_map()
    parts, bias = head.split(last_map, make_partition())
    closed = parts.abs().amax(dim=1) == 0
    assert 0 < closed.sum() < closed.numel()
    assert torch.allclose(bias[closed], head.embed(last_map)[closed], atol=1e-12)


@pytest.mark.parametrize("gated", [False, True])
def test_training_features_are_the_embedding_before_normalisation(gated: bool) -> None:
    head, last_map = make_head("gem", gated, False), make_map()
    for features in head.training_features(last_map):
        assert torch.allclose(features, head.embed(last_map), atol=1e-12)


@pytest.mark.parametrize("gated", [False, True])
def test_training_features_learn_the_statistics_in_training_mode_alone(gated: bool) -> None:
    head, last_map = make_head("gap", gated, False).train(), make_map()
    before = {name: tensor.clone() for name, tensor in head.state_dict().items()}
    head.embed(last_map)
    head.split(last_map, make_partition())
    assert all(torch.equal(tensor, before[name]) for name, tensor in head.state_dict().items())
    head.training_features(last_map)
    learnt = {name for name, tensor in head.state_dict().items() if not torch.equal(tensor, before[name])}
    norms = ("norm", "gated_norm") if gated else ("norm",)
    statistics = ("running_mean", "running_var", "num_batches_tracked")
    assert learnt == {
        f"necks.{name}.{norm}.{kept}" for name in PIECES for norm in norms for kept in statistics
    }


@pytest.mark.parametrize("rows", [5, 6, 7, 8, 24])
@pytest.mark.parametrize("bands", [1, 2, 3])
def test_bands_are_those_of_chunk(rows: int, bands: int) -> None:
    column = torch.arange(rows)[None, None, :, None]
    cut = [Piece(0, 1, band=band, bands=bands).cut_map(column) for band in range(bands)]
    for ours, theirs in zip(cut, column.chunk(bands, dim=2), strict=True):
        assert torch.equal(ours, theirs)


def test_a_map_with_too_few_rows_is_refused() -> None:
    head = make_head("gap", False, False)
    with pytest.raises(ValueError, match=r"A map of 1 rows has nothing for band 2 of 2"):
        head.embed(make_map()[:, :, :1])
