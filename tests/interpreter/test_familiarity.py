"""The style of an image, and how far it lies from those that were learnt on."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.spatial.distance import mahalanobis

from attrimeter.interpreter.familiarity import Familiarity, image_style

SIZE = 6


def test_is_the_mahalanobis_distance_of_the_whole_covariance() -> None:
    rng = np.random.default_rng(0)
    directions = np.linalg.qr(rng.normal(size=(SIZE, 2)))[0].T
    variances, rest = np.array([5.0, 2.0]), 0.3
    kind = Familiarity(
        centre=torch.from_numpy(rng.normal(size=SIZE)),
        directions=torch.from_numpy(directions),
        variances=torch.from_numpy(variances),
        rest=rest,
        farthest=12.0,
    )
    covariance = directions.T @ np.diag(variances) @ directions
    covariance += rest * (np.eye(SIZE) - directions.T @ directions)
    images = rng.normal(size=(9, SIZE)) * 2
    found = kind.distances(torch.from_numpy(images))
    for image, distance in zip(images, found, strict=True):
        slow = mahalanobis(image, kind.centre.numpy(), np.linalg.inv(covariance)) ** 2
        assert float(distance) == pytest.approx(slow)
    assert torch.equal(kind.knows(torch.from_numpy(images)), found <= 12.0)
    assert bool(kind.knows(kind.centre[None]))


def test_a_style_is_mean_and_spread_of_every_channel() -> None:
    shallow = torch.randn(3, 2, 4, 5) * 2 + 1
    styles = image_style(shallow)
    assert styles.shape == (3, 4)
    for image, style in zip(shallow.numpy(), styles.numpy(), strict=True):
        for channel in range(2):
            cells = [float(cell) for row in image[channel] for cell in row]
            mean = sum(cells) / len(cells)
            spread = (sum((cell - mean) ** 2 for cell in cells) / len(cells)) ** 0.5
            assert style[channel] == pytest.approx(mean, abs=1e-5)
            assert style[2 + channel] == pytest.approx(spread, abs=1e-5)


def test_moving_cells_about_keeps_the_style() -> None:
    shallow = torch.randn(1, 3, 6, 4)
    assert torch.allclose(image_style(shallow), image_style(shallow.flip(2)), atol=1e-6)
