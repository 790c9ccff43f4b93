"""Images that show nobody: the same for ever, and no two alike."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from attrimeter.targets.probe_images import natural_pictures, random_fractions, random_images


def test_fractions_are_the_raw_bits_of_the_generator() -> None:
    bits = [int(np.random.PCG64(7).random_raw())]
    assert random_fractions(7, 3)[0] == bits[0] / 2**64
    assert ((random_fractions(7, 1000) >= 0) & (random_fractions(7, 1000) < 1)).all()
    assert random_fractions(7, 10_000).mean() == pytest.approx(0.5, abs=0.02)


def test_a_picture_is_a_sum_of_waves_one_at_a_time() -> None:
    """The second of two pictures, its pixels one by one."""
    height, width = 6, 4
    light = np.zeros((height, width, 3))
    for scale, angle, phase, *colour in random_fractions(101, 48 * 6).reshape(-1, 6):
        for row in range(height):
            for column in range(width):
                y, x = row / (height - 1), column / (width - 1) * width / height
                along = y * np.sin(np.pi * angle) + x * np.cos(np.pi * angle)
                wave = np.sin(2 * np.pi * (0.5 * 64**scale * along + phase))
                light[row, column] += wave * (0.5 + np.array(colour))
    expected = np.clip(128 + 60 * light / light.std(), 0, 255)
    found = natural_pictures(2, (height, width))
    assert found.shape == (2, height, width, 3) and found.dtype == np.uint8
    np.testing.assert_allclose(found[1], expected, atol=0.51)
    assert (found[0] != found[1]).mean() > 0.9


def test_noise_is_the_same_for_a_seed_and_no_two_images_are_alike() -> None:
    images = random_images((32, 16))
    assert images.shape == (4, 3, 32, 16) and torch.equal(images, random_images((32, 16)))
    assert not torch.allclose(images, random_images((32, 16), seed=1))
    flat = images.flatten(1)
    likeness = torch.corrcoef(flat) - torch.eye(len(flat))
    assert float(likeness.abs().max()) < 0.5
