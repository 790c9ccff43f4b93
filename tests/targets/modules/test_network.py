"""A user's own module as a target: exact where it can be, never touched, refused where it is not as said."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from attrimeter.errors import CheckpointError, ImageError
from attrimeter.targets import Target, save_target
from attrimeter.targets.heads.head import PooledHead
from attrimeter.targets.heads.opaque_head import OpaqueHead
from attrimeter.targets.heads.pooling import AveragePooling, GeneralisedMeanPooling
from targets.own_modules import (
    GRID,
    SIZE,
    CrookedNet,
    GemNet,
    SmallNet,
    TinyViT,
    WrappedNet,
    filled,
    images,
    own_embedding,
)


def target_of(module: nn.Module, **how: Any) -> Target:
    return Target.from_module(module, **{"last_map": "relu", "input_size": SIZE, **how})


def embeddings(target: Target, inputs: Tensor) -> Tensor:
    return target.head.embed(target.read_maps(inputs).last)


EXACT: list[tuple[type[nn.Module], dict[str, Any]]] = [
    (SmallNet, {"pooling": "gap", "neck": "neck"}),
    (SmallNet, {"pooling": AveragePooling(), "neck": "neck", "metric": "cosine"}),
    (GemNet, {"pooling": "gem", "neck": "neck"}),
    (GemNet, {"pooling": GeneralisedMeanPooling(2.5), "neck": "neck", "metric": "cosine"}),
]


@pytest.mark.parametrize(("kind", "how"), EXACT)
def test_a_pooled_module_is_exact_and_its_embedding_is_its_own(
    kind: type[nn.Module], how: dict[str, Any]
) -> None:
    module = filled(kind())
    target = target_of(module, **how)
    assert target.is_exact and target.ledger_check.holds and target.ledger_check.largest_error < 1e-5
    own = own_embedding(module, images())
    own = normalize(own) if how.get("metric") == "cosine" else own
    torch.testing.assert_close(embeddings(target, images()), own)
    last = target.read_maps(images()).last
    partition = torch.randn(5, 4, *GRID).softmax(dim=1)
    parts, bias = target.head.split(last, partition)
    torch.testing.assert_close(parts.sum(dim=1) + bias, own)


def test_gap_and_a_bnneck_give_the_numbers_of_pooled_head() -> None:
    module = filled(SmallNet())
    target = target_of(module, pooling="gap", neck="neck")
    known = PooledHead(AveragePooling(), channels=6, neck=True).requires_grad_(False).eval()
    known.neck.load_state_dict(module.neck.state_dict())
    last, masks = target.read_maps(images()).last, torch.rand(5, 3, *GRID)
    torch.testing.assert_close(target.head.embed_masked(last, masks), known.embed_masked(last, masks))
    torch.testing.assert_close(target.head.split(last, masks).parts, known.split(last, masks).parts)


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        (SmallNet, {}),
        (SmallNet, {"pooling": "max", "neck": "neck"}),
        (CrookedNet, {"pooling": "gap", "neck": "neck"}),
        (CrookedNet, {"metric": "cosine"}),
        (TinyViT, {"last_map": "blocks.0", "grid": GRID, "leading_tokens": 1}),
        (SmallNet, {"last_map": "input", "grid": GRID}),
    ],
)
def test_any_other_module_is_run_as_it_is(kind: type[nn.Module], how: dict[str, Any]) -> None:
    module = filled(kind())
    target = target_of(module, **how)
    assert not target.is_exact and isinstance(target.head, OpaqueHead)
    own = own_embedding(module, images())
    own = normalize(own) if how.get("metric") == "cosine" else own
    torch.testing.assert_close(embeddings(target, images()), own)
    assert target.map_size == GRID and target.embedding_size == own.shape[1]


def test_nothing_of_the_users_module_is_changed() -> None:
    module = filled(GemNet())
    module.layer4.eval()
    for parameter in module.layer1.parameters():
        parameter.requires_grad_(False)
    modes = [part.training for part in module.modules()]
    wanted = [parameter.requires_grad for parameter in module.parameters()]
    weights = copy.deepcopy(module.state_dict())
    target = target_of(module, neck="neck", deep=None)
    before = embeddings(target, images())
    assert [part.training for part in module.modules()] == modes
    assert [parameter.requires_grad for parameter in module.parameters()] == wanted
    assert all(torch.equal(value, weights[name]) for name, value in module.state_dict().items())
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in module.modules())
    with torch.no_grad():  # and training it on changes nothing of the target
        module.neck[0].weight.add_(1)
    torch.testing.assert_close(embeddings(target, images()), before)


@pytest.mark.parametrize(
    ("wrap", "output"),
    [
        (lambda e: (e.sum(), e), 1),
        (lambda e: {"logits": e.sum(), "features": e}, "features"),
        (lambda e: {"deep": [e]}, lambda given: given["deep"][0]),
    ],
)
def test_modules_that_give_more_than_an_embedding(wrap: Any, output: Any) -> None:
    plain, wrapped = filled(SmallNet()), filled(WrappedNet(wrap))
    wrapped.load_state_dict(plain.state_dict())
    target = target_of(wrapped, output=output, pooling="gap", neck="neck")
    assert target.is_exact
    torch.testing.assert_close(embeddings(target, images()), own_embedding(plain, images()))
    with pytest.raises(CheckpointError, match="say with output="):
        target_of(wrapped)


def test_the_rest_of_the_module_by_a_method_or_a_name() -> None:
    net = filled(CrookedNet())
    torch.testing.assert_close(
        embeddings(target_of(net, head=net.finish), images()), own_embedding(net, images())
    )

    class Split(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Conv2d(3, 5, 8, 8)
            self.rest = nn.Sequential(nn.Flatten(), nn.Linear(40, 7))

        def forward(self, inputs: Tensor) -> Tensor:
            embedding: Tensor = self.rest(self.body(inputs))
            return embedding

    split = Split()
    target = target_of(split, last_map="body", head="rest")
    torch.testing.assert_close(embeddings(target, images()), own_embedding(split, images()))


def test_deep_layers_of_the_module_follow_its_weights() -> None:
    net = filled(SmallNet())
    target = target_of(
        net, pooling="gap", neck="neck", shallow_map="layer1", deep=nn.Sequential(net.layer4, net.relu)
    )
    other = filled(SmallNet(), seed=5)
    torch.nn.init.normal_(other.layer4[0].weight)
    moved = target.with_weights(other.state_dict(), origin="other.pth")
    maps = moved.read_maps(images())
    torch.testing.assert_close(moved.copy_deep_layers().eval()(maps.shallow), maps.last)
    torch.testing.assert_close(moved.head.embed(maps.last), own_embedding(other, images()))
    assert moved.is_exact and moved.fingerprint != target.fingerprint
    torch.testing.assert_close(embeddings(target, images()), own_embedding(net, images()))


def test_foreign_weights_are_named() -> None:
    target = target_of(filled(SmallNet()))
    good = SmallNet().state_dict()
    for change, told in (
        ({"neck.bias": None}, "neck.bias is missing"),
        ({"extra": torch.zeros(1)}, "extra is unexpected"),
        ({"neck.bias": torch.zeros(2)}, r"neck.bias has shape \(2,\) instead of \(6,\)"),
        ({"neck.bias": torch.full((6,), float("nan"))}, "neck.bias holds NaN"),
    ):
        tensors = {name: value for name, value in {**good, **change}.items() if value is not None}
        with pytest.raises(CheckpointError, match=f"w.pth are not those of SmallNet: 1 tensors.*{told}"):
            target.with_weights(tensors, origin="w.pth")
    uncounted = {name: value for name, value in good.items() if not name.endswith("num_batches_tracked")}
    assert target.with_weights(uncounted, origin="w.pth").fingerprint != target.fingerprint


def test_fingerprints_stand_for_class_weights_and_settings() -> None:
    class Renamed(SmallNet):
        pass

    net = filled(SmallNet())
    renamed = Renamed()
    renamed.load_state_dict(net.state_dict())
    first = target_of(net)
    different = [
        target_of(filled(SmallNet(), seed=1)),
        target_of(renamed),
        target_of(net, pooling="gap", neck="neck"),
        target_of(net, shallow_map="layer1"),
        target_of(net, metric="cosine"),
        target_of(net, interpolation="bicubic"),
    ]
    assert first.fingerprint == target_of(copy.deepcopy(net)).fingerprint
    assert first.fingerprint == first.called("another name").fingerprint
    assert len({first.fingerprint, *(target.fingerprint for target in different)}) == 7


def test_it_is_fed_as_it_was_said() -> None:
    target = target_of(filled(SmallNet()), mean=(0.5, 0.5, 0.5), std=(0.25, 0.25, 0.25), name="mine")
    grey = torch.full((40, 20, 3), 255, dtype=torch.uint8).numpy()
    torch.testing.assert_close(target.preprocess([grey]), torch.full((1, 3, *SIZE), 2.0))
    assert target.profile.name == "mine" and target.embed_images([grey]).shape == (1, 6)
    with pytest.raises(ImageError, match="mine needs inputs of shape n x 3 x 32 x 16"):
        target.read_maps(torch.zeros(1, 3, 8, 8))


def test_such_a_target_is_not_written_as_a_file(tmp_path: Any) -> None:
    with pytest.raises(CheckpointError, match="cannot be written as a target file"):
        save_target(tmp_path / "t.safetensors", target_of(filled(SmallNet())))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"last_map": "rely"}, "no layer 'rely' for last_map: near ones are relu"),
        ({"last_map": "neck"}, "features of shape 1 x 6, which are no map"),
        ({"pooling": "gup"}, "pooling 'gup' is not known"),
        ({"pooling": "gap", "neck": "nekc"}, "no layer 'nekc' for neck: near ones are neck"),
        ({"pooling": "gap", "neck": "layer4"}, "does not take pooled vectors of 6 numbers"),
        ({"grid": (0, 2)}, "is no grid"),
        ({"interpolation": "nearest"}, "interpolation 'nearest'"),
        ({"metric": "manhattan"}, "metric 'manhattan'"),
    ],
)
def test_what_is_wrong_is_told(how: dict[str, Any], told: str) -> None:
    with pytest.raises(CheckpointError, match=told):
        target_of(filled(SmallNet()), **how)


def test_modules_that_cannot_be_read_are_told() -> None:
    with pytest.raises(CheckpointError, match=r"A torch.nn.Module is needed and a function"):
        target_of(own_embedding)  # type: ignore[arg-type]
    with pytest.raises(
        CheckpointError, match=r"cannot be run on images n x 3 x 32 x 16 .*Linear|RuntimeError"
    ):
        target_of(nn.Sequential(nn.Linear(5, 5)), last_map="0")
    broken = filled(SmallNet())
    broken.neck.weight.data.fill_(float("nan"))
    with pytest.raises(CheckpointError, match="not finite"):
        target_of(broken)
    stuck = filled(SmallNet())
    stuck.history = stuck.neck.weight * 2  # a tensor with a history cannot be copied
    with pytest.raises(CheckpointError, match="cannot be copied"):
        target_of(stuck)
