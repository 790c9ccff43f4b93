from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from attrimeter.targets import PROFILES, Target, build_network
from attrimeter.targets.heads.token_head import TokenHead, deal_patches

SMALL = {"width": 64, "depth": 2, "linear_size": 16, "image_size": (96, 48)}
NAMES = ["transreid_vit", "transreid_jpm", "clip_reid_vit"]
SIZES = {"transreid_vit": 64, "transreid_jpm": 5 * 64, "clip_reid_vit": 64 + 16}


def make_target(name: str, *, metric: str = "cosine") -> Target:
    torch.manual_seed(0)
    profile = replace(PROFILES[name], **SMALL)
    return Target(build_network(profile, metric=metric), profile, metric=metric, device=torch.device("cpu"))


def last_map(target: Target) -> Tensor:
    torch.manual_seed(1)
    return target.read_maps(torch.randn(2, 3, 96, 48)).last


@pytest.mark.parametrize("name", NAMES)
def test_the_exact_form_is_refused_with_its_sentence(name: str) -> None:
    target = make_target(name)
    assert not target.is_exact and not target.ledger_check.holds
    assert f"The embedding of {name} is a class token" in target.ledger_check.sentence
    assert target.embedding_size == SIZES[name]


@pytest.mark.parametrize("name", NAMES)
@torch.no_grad()
def test_masks_touch_the_cells_and_never_the_class_token(name: str) -> None:
    target = make_target(name)
    last = last_map(target)
    masks = torch.rand(2, 3, *last.shape[2:])
    found = target.head.embed_masked(last, masks)
    for image in range(2):
        for mask in range(3):
            cells = last[image, :64] * masks[image, mask]
            alone = torch.cat([cells, last[image, 64:]])[None]
            assert torch.allclose(found[image, mask], target.head.embed(alone)[0], atol=1e-6)
    assert torch.allclose(
        target.head.embed_masked(last, torch.ones_like(masks))[:, 0], target.head.embed(last)
    )


@pytest.mark.parametrize("name", NAMES)
@torch.no_grad()
def test_parts_and_the_remainder_add_up(name: str) -> None:
    target = make_target(name)
    last = last_map(target)
    parts, bias = target.head.split(last, torch.rand(2, 3, *last.shape[2:]))
    assert torch.allclose(parts.sum(dim=1) + bias, target.head.embed(last), atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_a_gradient_reaches_the_masks(name: str) -> None:
    target = make_target(name)
    masks = torch.rand(2, 3, *last_map(target).shape[2:], requires_grad=True)
    target.head.embed_masked(last_map(target), masks).square().sum().backward()
    assert masks.grad is not None and masks.grad.abs().max() > 0


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_what_stands_side_by_side_is_divided_by_one_length(metric: str) -> None:
    lengths = make_target("transreid_jpm", metric=metric).head.embed(last_map(make_target("transreid_jpm")))
    assert torch.allclose(lengths.norm(dim=1), torch.ones(2), atol=1e-5) == (metric == "cosine")


def test_a_precise_head_computes_in_double() -> None:
    target = make_target("clip_reid_vit")
    last = last_map(target)
    head = target.head.double()
    assert head.embed(last.double()).dtype == torch.float64
    assert isinstance(head, TokenHead)


@pytest.mark.parametrize("shift", [1, 5, 8])
@pytest.mark.parametrize("patches", [8, 9, 12, 21])
def test_patches_are_dealt_from_both_halves_in_turn(shift: int, patches: int) -> None:
    numbers = torch.arange(patches).view(1, -1, 1)
    dealt = deal_patches(numbers, shift)[0, :, 0].tolist()
    turned = [(number + shift - 1) % patches for number in range(patches)]
    turned += [turned[-2]] if patches % 2 else []
    half = len(turned) // 2
    assert dealt[::2] == turned[:half] and dealt[1::2] == turned[half:]
