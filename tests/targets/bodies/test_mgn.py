from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from attrimeter.targets.bodies.mgn import BODIES, PIECES, build_mgn, build_mgn_head
from attrimeter.targets.bodies.resnet import build_resnet, resnet_of
from attrimeter.targets.profile import Profile

TINY = Profile(
    name="tiny",
    architecture="mgn_resnet50",
    source="attrimeter",
    width=4,
    pooling="gem",
    neck="mgn",
    linear_size=6,
    norm="ibn_a",
    stem_pool_ceil=True,
)


def run(images: torch.Tensor, *layers: nn.Module) -> torch.Tensor:
    for layer in layers:
        images = layer(images)
    return images


@torch.no_grad()
def test_every_branch_is_the_rest_of_the_resnet() -> None:
    torch.manual_seed(0)
    body = build_mgn(TINY).eval()
    images = torch.randn(2, 3, 96, 32)
    resnet = resnet_of(replace(TINY, architecture="resnet50")).eval()
    maps = []
    for branch in ("b1", "b2", "b3"):
        weights = {
            name: tensor for name, tensor in body.state_dict().items() if not name.startswith("branches.")
        }
        for name, tensor in body.get_submodule(f"branches.{branch}").state_dict().items():
            stage, number, rest = name.split(".", 2)
            place = f"layer3.{int(number) + 1}" if stage == "0" else f"layer4.{number}"
            weights[f"{place}.{rest}"] = tensor.add_(torch.tensor(0.01).type_as(tensor))
        resnet.load_state_dict(weights)
        maps.append(resnet(images))
    last = body(images)
    assert last.shape == (2, 3 * 128, 6, 2)
    assert torch.allclose(last, torch.cat(maps, dim=1), atol=1e-6)
    assert torch.equal(body.deep(body.shallow(images)), last)
    assert torch.equal(body.shallow(images), resnet.shallow(images))


def test_a_copy_of_the_deep_layers_has_the_branches_and_is_independent() -> None:
    body = build_mgn(TINY)
    copied = body.copy_deep_layers()
    names = {name.split(".")[0] for name, _ in copied.named_parameters()}
    assert names == {"layer3", "branches"}
    for parameter in copied.parameters():
        nn.init.zeros_(parameter)
    assert all(parameter.requires_grad for parameter in copied.parameters())
    assert body.get_parameter("branches.b2.0.0.conv1.weight").abs().max() > 0


def test_the_branches_do_not_share_their_weights() -> None:
    body = build_mgn(TINY)
    nn.init.zeros_(body.get_parameter("branches.b1.1.0.conv1.weight"))
    assert body.get_parameter("branches.b2.1.0.conv1.weight").abs().max() > 0
    assert torch.equal(
        body.get_parameter("branches.b2.1.0.conv1.weight"), body.get_parameter("branches.b3.1.0.conv1.weight")
    )


@pytest.mark.parametrize("architecture", BODIES)
def test_size_is_that_of_a_resnet_and_two_more_ends(architecture: str) -> None:
    name = "resnet101" if "101" in architecture else "resnet50"
    with torch.device("meta"):
        body = BODIES[architecture](replace(TINY, architecture=architecture, width=64))
        resnet = build_resnet(name, norm="ibn_a")
    sizes = {
        name: sum(parameter.numel() for parameter in resnet.get_submodule(name).parameters())
        for name in ("layer3.0", "layer3", "layer4")
    }
    whole = sum(parameter.numel() for parameter in resnet.parameters())
    twice = 2 * (sizes["layer3"] - sizes["layer3.0"] + sizes["layer4"])
    assert sum(parameter.numel() for parameter in body.parameters()) == whole + twice
    assert (body.shallow_channels, body.channels) == (512, 6144)


@pytest.mark.parametrize("gated", [False, True])
def test_the_head_has_eight_pieces_in_the_published_order(gated: bool) -> None:
    profile = replace(TINY, architecture="gated_mgn_resnet50" if gated else "mgn_resnet50")
    head = build_mgn_head(profile, channels=12, normalise=False).eval()
    assert list(PIECES) == ["b1", "b2", "b3", "b21", "b22", "b31", "b32", "b33"]
    assert all((neck.gated_norm is not None) == gated for neck in head.necks.values())
    for neck in head.necks.values():
        nn.init.ones_(neck.linear.weight)
    zeros = torch.zeros(1, 12, 6, 1)
    background = head.embed(zeros).detach()
    # Light one cell, of branch 3 (channels 8 to 11) in row 2: in b3 and in b32, the second of three bands.
    lit = zeros.clone()
    lit[0, 9, 2, 0] = 1
    change = (head.embed(lit).detach() - background).view(8, 6).abs().amax(dim=1)
    assert [name for name, value in zip(PIECES, change, strict=True) if value > 1e-3] == ["b3", "b32"]
    lit = zeros.clone()
    lit[0, 5, 3, 0] = 1  # branch 2, the lower half
    change = (head.embed(lit).detach() - background).view(8, 6).abs().amax(dim=1)
    assert [name for name, value in zip(PIECES, change, strict=True) if value > 1e-3] == ["b2", "b22"]
