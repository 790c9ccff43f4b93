"""What is said of a module is measured, and every way in which it can be wrong has its sentence."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from attrimeter.errors import CheckpointError
from attrimeter.targets.heads.affine_head import AffineHead, read_affine
from attrimeter.targets.heads.pooling import AveragePooling
from attrimeter.targets.map_layouts import PlainMap
from attrimeter.targets.modules.body import ModuleBody
from attrimeter.targets.modules.check import (
    TOLERANCE,
    check_deep,
    check_ledger_sum,
    is_unit,
    largest_difference,
    settle_finish,
    unknown_sum,
)
from attrimeter.targets.probe_images import random_images
from targets.own_modules import SIZE, BypassedNet, SmallNet, filled, own_embedding

IMAGES = random_images(SIZE)


def body_of(module: nn.Module, last_map: str = "relu", **how: object) -> ModuleBody:
    body = ModuleBody(filled(module), last_map=last_map, layout=PlainMap(), image_size=SIZE, **how)  # type: ignore[arg-type]
    return body.requires_grad_(False)


def found_in(body: ModuleBody) -> tuple[Tensor, Tensor]:
    return body.read(IMAGES)[1], own_embedding(body.module, IMAGES)


def test_differences_are_relative_to_the_length_of_the_row() -> None:
    expected = torch.tensor([[3.0, 4.0], [0.0, 100.0]])
    assert largest_difference(expected + torch.tensor([[0.0, 0.5], [1.0, 0.0]]), expected) == pytest.approx(
        0.1
    )
    assert math.isinf(largest_difference(torch.tensor([[math.nan, 1.0]]), torch.ones(1, 2)))
    assert is_unit(torch.eye(3)) and not is_unit(2 * torch.eye(3))


def test_the_right_neck_holds_and_a_wrong_one_does_not() -> None:
    body = body_of(SmallNet())
    last, own = found_in(body)
    neck = read_affine(body.module.neck, channels=6)
    holds = check_ledger_sum(AffineHead(AveragePooling(), neck), last, own, name="net")
    assert (
        holds.holds and holds.largest_error <= TOLERANCE and "net is a sum over the cells" in holds.sentence
    )
    bare = AffineHead(AveragePooling(), read_affine(None, channels=6))
    fails = check_ledger_sum(bare, last, own, name="net")
    expected = ((last.mean((2, 3)) - own).norm(dim=1) / own.norm(dim=1)).max()
    assert not fails.holds and fails.largest_error == pytest.approx(float(expected), rel=1e-4)
    assert "correct pooling= and neck=" in fails.sentence
    wide = AffineHead(AveragePooling(), read_affine(nn.Linear(6, 7), channels=6))
    assert "has 7 numbers and its embedding 6" in check_ledger_sum(wide, last, own, name="net").sentence
    assert not unknown_sum("net").holds and math.isnan(unknown_sum("net").largest_error)


def test_one_blank_image_will_do_for_most_modules_and_not_for_those_that_count() -> None:
    class Counting(SmallNet):
        def forward(self, images: Tensor) -> Tensor:
            embedding = super().forward(images)
            return embedding.view(images.shape[0], -1, embedding.shape[1])[:, 0]

    for module, blanks in ((SmallNet(), 1), (Counting(), 0)):
        body = body_of(module)
        last, own = found_in(body)
        settle_finish(body, last, own)
        assert body.blank_images == blanks
        torch.testing.assert_close(body.finish(last), own)


def test_a_map_that_does_not_decide_the_embedding_is_refused() -> None:
    body = body_of(BypassedNet())
    with pytest.raises(CheckpointError, match=r"'relu'.*bypasses it"):
        settle_finish(body, *found_in(body))
    body = body_of(SmallNet(), head=lambda features: features.amax(dim=(2, 3)))
    with pytest.raises(CheckpointError, match=r"head= does not give the module's own embedding"):
        settle_finish(body, *found_in(body))


def test_deep_layers_that_lead_elsewhere_are_refused() -> None:
    net = SmallNet()
    check_deep(body_of(net, shallow_map="layer1", deep=nn.Sequential(net.layer4, net.relu)), IMAGES)
    with pytest.raises(CheckpointError, match="does not lead from the shallow map"):
        check_deep(body_of(net, shallow_map="layer1", deep=net.layer4), IMAGES)
    with pytest.raises(CheckpointError, match="cannot be run on the shallow map"):
        check_deep(body_of(net, shallow_map="layer1", deep=net.layer1), IMAGES)
