"""Hooks read and replace what a layer gives, and leave nothing behind."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from attrimeter.errors import CheckpointError
from attrimeter.targets.modules.layer_taps import find_layer, reading, replacing
from targets.own_modules import SmallNet, images


def hooks_of(module: nn.Module) -> int:
    return sum(len(part._forward_hooks) + len(part._forward_pre_hooks) for part in module.modules())


def test_what_was_read_is_not_changed_by_layers_that_work_in_place() -> None:
    net = SmallNet().eval()
    with reading({"map": net.layer4}) as seen:
        net(images())
    torch.testing.assert_close(seen["map"], net.layer4(net.layer1(images())))
    assert bool((seen["map"] < 0).any())
    assert hooks_of(net) == 0


def test_a_replaced_map_decides_what_follows_and_is_not_changed() -> None:
    net = SmallNet().eval()
    value = torch.randn(5, 6, 4, 2)
    kept = value.clone()
    with replacing(net.layer4, value):
        found = net(torch.zeros(5, 3, 32, 16))
    torch.testing.assert_close(found, net.finish(value.relu()))
    assert torch.equal(value, kept) and hooks_of(net) == 0


def test_the_first_tensor_of_a_tuple_is_meant() -> None:
    class Pair(nn.Module):
        def forward(self, inputs: Tensor) -> tuple[Tensor, str]:
            return inputs + 1, "beside"

    pair = Pair()
    with reading({"pair": pair}) as seen:
        pair(torch.zeros(2))
    assert torch.equal(seen["pair"], torch.ones(2))
    with replacing(pair, torch.full((2,), 7.0)):
        assert (
            torch.equal(pair(torch.zeros(2))[0], torch.full((2,), 7.0))
            and pair(torch.zeros(2))[1] == "beside"
        )


def test_hooks_go_away_after_an_error() -> None:
    net = SmallNet().eval()
    with pytest.raises(RuntimeError), reading({"map": net.layer4}), replacing(net.layer1, torch.zeros(1)):
        net(torch.zeros(1, 5))
    assert hooks_of(net) == 0


def test_a_wrong_name_lists_near_ones() -> None:
    with pytest.raises(CheckpointError, match=r"no layer 'layer5' for last_map: near ones are layer[14]"):
        find_layer(SmallNet(), "layer5", option="last_map")
    with pytest.raises(
        CheckpointError, match=r"no layer 'zzz' for last_map: its last parts are layer1, layer4"
    ):
        find_layer(SmallNet(), "zzz", option="last_map")


def test_a_layer_without_a_tensor_is_told() -> None:
    class Words(nn.Module):
        def forward(self, inputs: Tensor) -> str:
            return "words"

    words = Words()
    with pytest.raises(CheckpointError, match="layer for last_map gives a str"), reading({"last_map": words}):
        words(torch.zeros(1))
