"""The maps of a user's module, and the rest of it from a given last map."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.functional import adaptive_avg_pool2d

from attrimeter.errors import CheckpointError
from attrimeter.targets.map_layouts import ImagePatches, MapLayout, PlainMap, TokenGrid
from attrimeter.targets.modules.body import INPUT, ModuleBody
from targets.own_modules import GRID, SIZE, SmallNet, TinyViT, filled, images, own_embedding


def body_of(
    module: nn.Module, last_map: str = "relu", layout: MapLayout | None = None, **how: Any
) -> ModuleBody:
    return ModuleBody(
        filled(module), last_map=last_map, layout=layout or PlainMap(), image_size=SIZE, **how
    ).requires_grad_(False)


def test_the_maps_are_what_the_layers_give() -> None:
    net = SmallNet()
    body = body_of(net, shallow_map="layer1")
    shallow, last = body.read(images())
    torch.testing.assert_close(shallow, net.layer1(images()))
    torch.testing.assert_close(last, net.layer4(net.layer1(images())).relu())
    assert (body.channels, body.shallow_channels) == (6, 4)


def test_without_a_shallow_layer_it_is_the_averaged_input() -> None:
    shallow, last = body_of(SmallNet()).read(images())
    torch.testing.assert_close(shallow, adaptive_avg_pool2d(images(), (8, 4)))
    assert last.shape[2:] == GRID


@pytest.mark.parametrize("blanks", [1, 0])
@pytest.mark.parametrize(
    ("module", "last_map", "layout"),
    [
        (SmallNet(), "relu", PlainMap()),
        (TinyViT(), "blocks.0", TokenGrid(*GRID, leading=1)),
        (SmallNet(), INPUT, ImagePatches(*GRID, image_size=SIZE)),
    ],
)
def test_the_rest_of_the_module_makes_its_own_embedding(
    module: nn.Module, last_map: str, layout: MapLayout, blanks: int
) -> None:
    body = body_of(module, last_map, layout)
    body.blank_images = blanks
    _, last = body.read(images())
    assert last.shape[2:] == GRID
    torch.testing.assert_close(body.finish(last), own_embedding(module, images()))
    other = body.finish(last.flip(0))
    torch.testing.assert_close(other, own_embedding(module, images()).flip(0))


def test_a_head_of_its_own_is_run_instead() -> None:
    calls = []

    def head(features: torch.Tensor) -> torch.Tensor:
        calls.append(len(features))
        return features.mean(dim=(2, 3))

    body = body_of(SmallNet(), head=head)
    torch.testing.assert_close(body.finish(torch.ones(3, 6, 4, 2)), torch.ones(3, 6))
    assert calls == [3] and body.has_head


def test_deep_layers_are_an_independent_trainable_copy() -> None:
    net = SmallNet()
    body = body_of(net, shallow_map="layer1", deep=nn.Sequential(net.layer4, net.relu))
    shallow, last = body.read(images())
    copied = body.copy_deep_layers().eval()
    torch.testing.assert_close(copied(shallow), last)
    copied(shallow).sum().backward()
    assert all(parameter.grad is not None for parameter in copied.parameters())
    assert all(parameter.grad is None for parameter in net.parameters())


def test_deep_layers_of_tokens_go_from_map_to_map() -> None:
    vit = TinyViT()
    layout = TokenGrid(*GRID, leading=1)
    body = body_of(vit, "blocks.1", layout, shallow_map="blocks.0", deep=vit.blocks[1])
    shallow, last = body.read(images())
    assert shallow.shape == last.shape == (5, 16, *GRID)
    torch.testing.assert_close(body.copy_deep_layers().eval()(shallow), last)


def test_without_deep_layers_there_is_no_copy() -> None:
    with pytest.raises(CheckpointError, match=r"give shallow_map= and deep="):
        body_of(SmallNet(), shallow_map="layer1").copy_deep_layers()


def test_a_layer_that_does_not_run_is_told() -> None:
    net = SmallNet()
    net.spare = nn.ReLU()
    with pytest.raises(CheckpointError, match=r"'spare' for last_map does not run"):
        body_of(net, "spare")


def test_its_mode_is_set_by_parts() -> None:
    class Stubborn(SmallNet):
        def train(self, mode: bool = True) -> Stubborn:
            if not mode:
                raise NotImplementedError
            return self

    body = body_of(Stubborn())
    assert not any(part.training for part in body.modules())
    assert all(part.training for part in body.train().modules())
