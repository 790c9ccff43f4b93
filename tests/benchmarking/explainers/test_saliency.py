"""Sharing saliency among part masks against loops over pixels."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from attrimeter.benchmarking.explainers.saliency import as_saliency, explain_by_saliency, sum_by_group
from attrimeter.schemas import BODY_PARTS, SCHEMAS
from attrimeter.values import MeasuredPairs

SCHEMA = SCHEMAS["market1501"]


def groups_at(label: int) -> set[str]:
    part = BODY_PARTS[label - 1] if 1 <= label <= len(BODY_PARTS) else ""
    return {attribute.group for attribute in SCHEMA.attributes if part in attribute.parts}


def slow_sums(saliency: np.ndarray, mask: np.ndarray, groups: tuple[str, ...]) -> np.ndarray:
    """One pixel at a time; the last number is of the pixels of no group."""
    sums = dict.fromkeys([*groups, ""], 0.0)
    for value, label in zip(saliency.ravel(), mask.ravel(), strict=True):
        found = groups_at(int(label)) or {""}
        for group in found:
            sums[group] += float(value) / len(found)
    return np.array(list(sums.values()))


def draw(pairs: MeasuredPairs, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(pairs.first_masks.shape, generator=generator) + 0.2


def test_contributions_are_shares_of_what_lies_on_the_parts(pairs: MeasuredPairs) -> None:
    first, second = draw(pairs, 0), draw(pairs, 1)
    batch = explain_by_saliency(pairs, first, second, cells=(4, 2))
    for row in range(len(pairs)):
        sums = slow_sums(first[row].numpy(), pairs.first_masks[row], pairs.groups)
        sums += slow_sums(second[row].numpy(), pairs.second_masks[row], pairs.groups)
        expected = pairs.total[row] * sums[:-1] / sums.sum()
        assert batch.contributions[row] == pytest.approx(expected, rel=1e-4, abs=1e-6 * pairs.total[row])
    assert (batch.contributions < 0).any()


def test_maps_are_the_positive_saliency_averaged_over_cells(pairs: MeasuredPairs) -> None:
    saliency = draw(pairs, 2)
    batch = explain_by_saliency(pairs, saliency, saliency, cells=(4, 2))
    height, width = saliency.shape[1] // 4, saliency.shape[2] // 2
    assert batch.first_maps is not None and batch.first_maps.shape == (len(pairs), len(pairs.groups), 4, 2)
    cell = saliency[1, height : 2 * height, :width].clamp(min=0).mean()
    assert batch.first_maps[1, 3, 1, 0] == pytest.approx(float(cell), rel=1e-5)


@pytest.mark.parametrize("factor", [2, 4])
def test_a_coarser_saliency_keeps_its_sum(pairs: MeasuredPairs, factor: int) -> None:
    height, width = (side // factor for side in pairs.first_masks.shape[1:])
    saliency = torch.rand(len(pairs), height, width)
    sums = sum_by_group(saliency, pairs.first_masks, pairs.groups)
    assert sums.sum(axis=1) == pytest.approx(saliency.sum(dim=(1, 2)).numpy(), rel=0.1)
    flat = sum_by_group(torch.ones_like(saliency), pairs.first_masks, pairs.groups)
    assert flat.sum(axis=1) == pytest.approx(np.full(len(pairs), height * width), rel=1e-6)


def test_no_saliency_says_nothing(pairs: MeasuredPairs) -> None:
    nothing = torch.zeros(pairs.first_masks.shape)
    batch = explain_by_saliency(pairs, nothing, nothing, cells=(4, 2))
    assert (batch.contributions == 0).all()
    assert batch.first_maps is not None and (batch.first_maps == 0).all()


def test_channels_are_summed() -> None:
    pixels = torch.rand(2, 3, 4, 5, requires_grad=True)
    saliency = as_saliency(pixels)
    assert not saliency.requires_grad
    assert float(saliency[1, 2, 3]) == pytest.approx(float(sum(pixels.detach()[1, :, 2, 3])), rel=1e-6)
