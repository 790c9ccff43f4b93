from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from attrimeter.targets.heads.head import GatedLinearHead, Head, LinearHead, PooledHead
from attrimeter.targets.heads.pooling import POOLINGS

HEADS = [
    (kind, neck, normalise)
    for kind in sorted(POOLINGS)
    for neck in ("none", "batchnorm", "linear_batchnorm", "gated_linear")
    for normalise in (False, True)
]


def make_head(kind: str, neck: str, normalise: bool) -> Head:
    torch.manual_seed(3)
    pooling = POOLINGS[kind]()
    head: Head
    linear = {"linear_batchnorm": LinearHead, "gated_linear": GatedLinearHead}
    if neck in linear:
        head = linear[neck](pooling, channels=5, embedding_size=7, normalise=normalise)
    else:
        head = PooledHead(pooling, channels=5, neck=neck == "batchnorm", normalise=normalise)
    for name, tensor in head.state_dict().items():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 2)
        elif tensor.is_floating_point() and "pooling" not in name:
            tensor.normal_(0.3, 0.6)
    return head.double().eval()


def make_map() -> Tensor:
    torch.manual_seed(0)
    return torch.randn(3, 5, 4, 2, dtype=torch.float64).relu()


def make_partition() -> Tensor:
    torch.manual_seed(1)
    return torch.randn(3, 4, 4, 2, dtype=torch.float64).softmax(dim=1)


def plain_embedding(head: Head, last_map: Tensor) -> Tensor:
    """The same by PyTorch's own layers."""
    embedding = head.pooling(last_map)
    if isinstance(head, GatedLinearHead):
        embedding = F.relu(head.norm(head.linear(embedding)))
    elif isinstance(head, LinearHead):
        embedding = head.norm(head.linear(embedding))
    elif isinstance(head, PooledHead) and head.neck is not None:
        embedding = head.neck(embedding)
    return F.normalize(embedding) if head.normalise else embedding


@pytest.mark.parametrize(("kind", "neck", "normalise"), HEADS)
def test_embedding_is_that_of_the_plain_layers(kind: str, neck: str, normalise: bool) -> None:
    head, last_map = make_head(kind, neck, normalise), make_map()
    assert torch.allclose(head.embed(last_map), plain_embedding(head, last_map), atol=1e-12)


@pytest.mark.parametrize(("kind", "neck", "normalise"), HEADS)
def test_parts_and_bias_add_up_to_the_embedding(kind: str, neck: str, normalise: bool) -> None:
    head, last_map = make_head(kind, neck, normalise), make_map()
    parts, bias = head.split(last_map, make_partition())
    assert parts.shape == (3, 4, head.embed(last_map).shape[1])
    assert torch.allclose(parts.sum(1) + bias, head.embed(last_map), atol=1e-12)


@pytest.mark.parametrize(("kind", "neck", "normalise"), HEADS)
def test_each_cell_alone_gives_its_own_vector(kind: str, neck: str, normalise: bool) -> None:
    head, last_map, partition = make_head(kind, neck, normalise), make_map(), make_partition()
    parts, bias = head.split(last_map, partition)
    slow = torch.zeros_like(parts)
    for y in range(4):
        for x in range(2):
            cell = torch.zeros(3, 1, 4, 2, dtype=torch.float64)
            cell[:, :, y, x] = 1
            vector, same_bias = head.split(last_map, cell)
            slow += partition[:, :, y, x, None] * vector
            assert torch.equal(same_bias, bias)
    assert torch.allclose(parts, slow, atol=1e-12)


@pytest.mark.parametrize(("kind", "neck", "normalise"), HEADS)
def test_embed_masked_is_embed_of_each_product(kind: str, neck: str, normalise: bool) -> None:
    head, last_map, maps = make_head(kind, neck, normalise), make_map(), 2 * make_partition()
    masked = head.embed_masked(last_map, maps)
    for k in range(4):
        assert torch.allclose(masked[:, k], head.embed(last_map * maps[:, k : k + 1]), atol=1e-5)


@pytest.mark.parametrize(("kind", "neck", "normalise"), HEADS)
def test_gradients_reach_the_maps(kind: str, neck: str, normalise: bool) -> None:
    head, last_map = make_head(kind, neck, normalise), make_map()
    partition = make_partition().requires_grad_()
    assert torch.autograd.gradcheck(lambda maps: tuple(head.split(last_map, maps)), partition)
    assert torch.autograd.gradcheck(lambda maps: head.embed_masked(last_map, maps), partition)


def test_a_closed_gate_carries_nothing_for_any_part() -> None:
    head, last_map = make_head("gap", "gated_linear", False), make_map()
    closed = head.embed(last_map) == 0
    parts, bias = head.split(last_map, make_partition())
    assert 0 < closed.sum() < closed.numel()
    assert parts.transpose(1, 2)[closed].abs().max() == 0
    assert bias[closed].abs().max() == 0


@pytest.mark.parametrize("neck", ["none", "gated_linear"])
def test_an_embedding_of_zeros_stays_finite(neck: str) -> None:
    head = make_head("gap", neck, True)
    if isinstance(head, GatedLinearHead):
        head.norm.bias.data.fill_(-100)
    partition = make_partition().requires_grad_()
    parts, bias = head.split(torch.zeros(3, 5, 4, 2, dtype=torch.float64), partition)
    masked = head.embed_masked(torch.zeros(3, 5, 4, 2, dtype=torch.float64), partition)
    (gradient,) = torch.autograd.grad(parts.sum() + masked.sum(), partition)
    assert parts.abs().max() == bias.abs().max() == masked.abs().max() == 0
    assert gradient.isfinite().all()


def test_running_statistics_are_used_and_kept_in_training_mode_too() -> None:
    head, last_map = make_head("gap", "batchnorm", False), make_map()
    before = {name: tensor.clone() for name, tensor in head.state_dict().items()}
    expected = head.embed(last_map)
    head.train()
    assert torch.equal(head.embed(last_map), expected)
    head.split(last_map, make_partition())
    assert all(torch.equal(tensor, before[name]) for name, tensor in head.state_dict().items())


@pytest.mark.parametrize("neck", ["none", "batchnorm", "linear_batchnorm", "gated_linear"])
def test_training_features_are_those_of_the_embedding(neck: str) -> None:
    head, last_map = make_head("gem", neck, False), make_map()
    metric_features, identity_features = head.training_features(last_map)
    assert torch.allclose(identity_features, head.embed(last_map), atol=1e-12)
    before_neck = head.embed(last_map) if isinstance(head, LinearHead) else head.pooling(last_map)
    assert torch.allclose(metric_features, before_neck, atol=1e-12)


def test_training_features_learn_the_statistics_in_training_mode() -> None:
    head = make_head("gap", "batchnorm", False).train()
    assert isinstance(head, PooledHead) and head.neck is not None and head.neck.running_mean is not None
    before = head.neck.running_mean.clone()
    head.training_features(make_map())
    assert not torch.equal(head.neck.running_mean, before)
