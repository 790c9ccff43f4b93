"""Occlusion against one pair and one group at a time."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from attrimeter.benchmarking.explainers.occlusion import BLUR, Occlusion, blur_pictures
from attrimeter.schemas import BODY_PARTS, SCHEMAS
from attrimeter.targets import Target
from attrimeter.values import MeasuredPairs

SCHEMA = SCHEMAS["market1501"]


def squared_distance(target: Target, first: np.ndarray, second: np.ndarray) -> float:
    a, b = target.embed_images([first]), target.embed_images([second])
    return float(((a.astype(np.float64) - b) ** 2).sum())


def occluded(picture: np.ndarray, mask: np.ndarray, group: str) -> np.ndarray:
    blurred, result = blur_pictures(picture[None])[0], picture.copy()
    for attribute in SCHEMA.attributes:
        if attribute.group == group:
            for part in attribute.parts:
                where = mask == BODY_PARTS.index(part) + 1
                result[where] = blurred[where]
    return result


def test_a_contribution_is_what_the_distance_loses(target: Target, pairs: MeasuredPairs) -> None:
    attribution = Occlusion(target).explain(pairs)
    assert attribution.first_maps is None and not attribution.uses_labels
    for row in range(len(pairs)):
        for column, group in enumerate(pairs.groups):
            first = occluded(pairs.first[row], pairs.first_masks[row], group)
            second = occluded(pairs.second[row], pairs.second_masks[row], group)
            expected = squared_distance(target, pairs.first[row], pairs.second[row])
            expected -= squared_distance(target, first, second)
            tolerance = 1e-4 * float(pairs.total[row])
            assert attribution.contributions[row, column] == pytest.approx(expected, abs=tolerance)
    assert (attribution.contributions < 0).any() and (attribution.contributions > 0).any()


def test_a_part_that_nobody_sees_contributes_nothing(target: Target, pairs: MeasuredPairs) -> None:
    bare = np.zeros_like(pairs.first_masks)
    attribution = Occlusion(target).explain(replace(pairs, first_masks=bare, second_masks=bare))
    assert (attribution.contributions == 0).all()


def test_it_is_not_told_the_labels(target: Target, pairs: MeasuredPairs) -> None:
    attribution = Occlusion(target).explain(replace(pairs, differs=~pairs.differs))
    assert np.array_equal(attribution.contributions, Occlusion(target).explain(pairs).contributions)


def blur_matrix(side: int, deviation: float) -> np.ndarray:
    """Row i holds the weights of every pixel in blurred pixel i; what lies beyond the edge is the edge."""
    matrix = np.zeros((side, side))
    for i in range(side):
        for step in range(-4 * side, 4 * side + 1):
            matrix[i, min(max(i + step, 0), side - 1)] += exp(-(step**2) / (2 * deviation**2))
    return matrix / matrix.sum(axis=1, keepdims=True)


def test_the_blur_is_gaussian_along_both_sides_and_keeps_pictures_and_colours_apart() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (2, 48, 20, 3), dtype=np.uint8)
    rows, columns = blur_matrix(48, 48 * BLUR), blur_matrix(20, 48 * BLUR)
    expected = np.einsum("yi,xj,nijc->nyxc", rows, columns, pictures.astype(np.float64))
    assert np.abs(blur_pictures(pictures) - expected).max() < 0.6
