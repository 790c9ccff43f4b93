from __future__ import annotations

import numpy as np
import pytest

from attrimeter.errors import ImageError
from attrimeter.pixels.lab import rgb_to_lab
from attrimeter.pixels.recolouring import recolour_region, region_colour

GREEN = np.array([50.0, -30.0, 20.0])


def shaded_cloth() -> np.ndarray:
    """A red-brown cloth whose lightness falls from left to right, with a little noise."""
    noise = np.random.default_rng(4).integers(-4, 5, size=(20, 12, 3))
    base = np.array([150, 90, 70]) + np.linspace(25, -25, 12)[None, :, None]
    return np.clip(base + noise, 0, 255).astype(np.uint8)


def test_the_median_is_that_of_the_pixels_repeated_by_weight() -> None:
    image = np.random.default_rng(0).integers(0, 256, size=(5, 5, 3), dtype=np.uint8)
    times = np.random.default_rng(1).integers(0, 5, size=(5, 5))
    repeated = np.repeat(rgb_to_lab(image).reshape(-1, 3), times.ravel(), axis=0)
    middle = np.sort(repeated, axis=0)[(len(repeated) - 1) // 2]
    assert region_colour(image, times / 4) == pytest.approx(middle)


def test_the_region_has_the_goal_s_colour_and_its_own_shading() -> None:
    image, weight = shaded_cloth(), np.zeros((20, 12))
    weight[5:15, 2:10] = 1
    edited = recolour_region(image, weight, GREEN)
    assert region_colour(edited, weight) == pytest.approx(GREEN, abs=0.7)
    before, after = (rgb_to_lab(picture)[5:15, 2:10] for picture in (image, edited))
    offsets = (before - np.median(before, axis=(0, 1))), (after - np.median(after, axis=(0, 1)))
    assert np.abs(offsets[0] - offsets[1]).max() < 2.5
    assert np.array_equal(edited[weight == 0], image[weight == 0])


def test_half_a_weight_goes_half_the_way() -> None:
    image = np.full((8, 8, 3), 120, dtype=np.uint8)
    weight = np.ones((8, 8))
    weight[:2] = 0.5
    edited = rgb_to_lab(recolour_region(image, weight, GREEN))
    start, half, full = rgb_to_lab(image)[0, 0], edited[0, 0], edited[5, 0]
    assert half == pytest.approx((start + full) / 2, abs=0.7)


def test_an_empty_region_is_left_alone_and_has_no_colour() -> None:
    image, nothing = shaded_cloth(), np.zeros((20, 12))
    edited = recolour_region(image, nothing, GREEN)
    assert np.array_equal(edited, image) and edited is not image
    with pytest.raises(ImageError, match="empty"):
        region_colour(image, nothing)
