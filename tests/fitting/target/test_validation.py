from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from attrimeter.fitting.target.images import TrainingImages
from attrimeter.fitting.target.validation import score_network
from attrimeter.targets import PROFILES, build_network

PROFILE = dataclasses.replace(PROFILES["demo"], image_size=(32, 16), width=4, metric="cosine")


def make_images(cameras: list[int], *, noise: int) -> TrainingImages:
    """Three identities of four images each: flat colours that differ by identity, plus noise."""
    rng = np.random.default_rng(0)
    identities = np.repeat([1, 2, 3], 4)
    colours = np.eye(3)[identities - 1] * 200
    pixels = colours[:, None, None] + rng.integers(0, noise + 1, (12, 32, 16, 3))
    return TrainingImages(pixels.clip(0, 255).astype(np.uint8), identities, np.array(cameras * 3))


def score(images: TrainingImages, rows: np.ndarray | None = None) -> tuple[float, float]:
    torch.manual_seed(0)
    network = build_network(PROFILE)
    chosen = np.arange(12) if rows is None else rows
    return score_network(network, PROFILE, images, chosen, device=torch.device("cpu"))


@pytest.mark.parametrize("cameras", [[1, 1, 2, 2], [1, 1, 1, 1], [1, 2, 3, 4]])
def test_identities_of_one_colour_each_are_all_found(cameras: list[int]) -> None:
    assert score(make_images(cameras, noise=3)) == (100.0, 100.0)


def test_wrong_identities_are_not_found() -> None:
    images = make_images([1, 1, 2, 2], noise=3)
    mixed = dataclasses.replace(images, identities=np.array([1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 1, 1]))
    rank1, mean_ap = score(mixed)
    assert rank1 == 0.0
    assert 0 < mean_ap < 60


def test_no_positive_gives_nan() -> None:
    images = make_images([1, 1, 2, 2], noise=3)
    assert np.isnan(score(images, np.array([0, 1, 4, 5, 6]))[0]) == np.False_
    assert np.isnan(score(images, np.array([0, 5, 9]))).all()
