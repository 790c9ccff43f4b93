"""Grad-CAM against finite differences and loops over pixels."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from attrimeter.benchmarking.explainers.grad_cam import GradCam
from attrimeter.schemas import BODY_PARTS, SCHEMAS
from attrimeter.targets import Target
from attrimeter.values import MeasuredPairs

SCHEMA = SCHEMAS["market1501"]
STEP = 1e-4


def slow_cams(target: Target, first: np.ndarray, second: np.ndarray) -> list[np.ndarray]:
    """A channel's weight is what D^2 gains when the whole channel is raised, over the number of cells."""
    head = copy.deepcopy(target.head).double()
    maps = [target.read_maps(target.preprocess([picture])).last.double() for picture in (first, second)]

    def squared(a: Tensor, b: Tensor) -> float:
        return float((head.embed(a) - head.embed(b)).square().sum())

    cams = []
    for own, other in ((maps[0], maps[1]), (maps[1], maps[0])):
        channels, height, width = own.shape[1:]
        cam = np.zeros((height, width))
        for channel in range(channels):
            raised, lowered = own.clone(), own.clone()
            raised[0, channel] += STEP
            lowered[0, channel] -= STEP
            slope = (squared(raised, other) - squared(lowered, other)) / (2 * STEP)
            cam += slope / (height * width) * own[0, channel].numpy()
        cams.append(np.maximum(cam, 0))
    return cams


def slow_value_at(cam: np.ndarray, y: float, x: float) -> float:
    """Bilinear between the centres of the cells; beyond the outermost centres the map goes on flat."""
    y, x = (min(max(v, 0), side - 1) for v, side in zip((y, x), cam.shape, strict=True))
    top, left = int(y), int(x)
    bottom, right = min(top + 1, cam.shape[0] - 1), min(left + 1, cam.shape[1] - 1)
    upper = cam[top, left] * (left + 1 - x) + cam[top, right] * (x - left)
    lower = cam[bottom, left] * (left + 1 - x) + cam[bottom, right] * (x - left)
    return float(upper * (top + 1 - y) + lower * (y - top))


def slow_contributions(pairs: MeasuredPairs, row: int, cams: list[np.ndarray]) -> list[float]:
    masses, rest = dict.fromkeys(pairs.groups, 0.0), 0.0
    for cam, mask in zip(cams, (pairs.first_masks[row], pairs.second_masks[row]), strict=True):
        for y in range(mask.shape[0]):
            for x in range(mask.shape[1]):
                cell = [
                    (p + 0.5) * c / m - 0.5 for p, c, m in zip((y, x), cam.shape, mask.shape, strict=True)
                ]
                value, label = slow_value_at(cam, *cell), int(mask[y, x])
                part = BODY_PARTS[label - 1] if 1 <= label <= len(BODY_PARTS) else ""
                found = {attribute.group for attribute in SCHEMA.attributes if part in attribute.parts}
                for group in found:
                    masses[group] += value
                rest += 0 if found else value
    return [pairs.total[row] * mass / (sum(masses.values()) + rest) for mass in masses.values()]


def test_maps_and_contributions_follow_the_definition(target: Target, pairs: MeasuredPairs) -> None:
    attribution = GradCam(target).explain(pairs)
    assert attribution.first_maps is not None and attribution.second_maps is not None
    for row in (0, 2):
        cams = slow_cams(target, pairs.first[row], pairs.second[row])
        assert max(cam.max() for cam in cams) > 0
        for cam, maps in zip(cams, (attribution.first_maps, attribution.second_maps), strict=True):
            for group in range(len(pairs.groups)):
                assert np.allclose(maps[row, group], cam, atol=1e-3 * max(float(cam.max()), 1e-3))
        expected = slow_contributions(pairs, row, cams)
        assert attribution.contributions[row].tolist() == pytest.approx(expected, abs=1e-3 * pairs.total[row])


def test_contributions_are_shares_of_the_distance(target: Target, pairs: MeasuredPairs) -> None:
    contributions = GradCam(target).explain(pairs).contributions
    assert (contributions >= 0).all()
    assert (contributions.sum(axis=1) < pairs.total).all()
    everywhere_hat = np.full_like(pairs.first_masks, 1 + BODY_PARTS.index("hat"))
    hats = replace(pairs, first_masks=everywhere_hat, second_masks=everywhere_hat)
    booked = GradCam(target).explain(hats).contributions
    hat = pairs.groups.index("hat")
    assert booked[:, hat] == pytest.approx(pairs.total)
    assert (np.delete(booked, hat, axis=1) == 0).all()


def test_two_equal_pictures_have_no_contributions(target: Target, pairs: MeasuredPairs) -> None:
    twins = replace(pairs, second=pairs.first, total=np.zeros(len(pairs)))
    assert (GradCam(target).explain(twins).contributions == 0).all()


def test_it_is_not_told_the_labels_and_leaves_the_target_alone(target: Target, pairs: MeasuredPairs) -> None:
    before = target.weights()
    attribution = GradCam(target).explain(replace(pairs, differs=~pairs.differs))
    assert np.array_equal(attribution.contributions, GradCam(target).explain(pairs).contributions)
    assert not attribution.uses_labels
    assert all(torch.equal(value, before[name]) for name, value in target.weights().items())
    assert all(weight.grad is None and not weight.requires_grad for weight in target.head.parameters())
