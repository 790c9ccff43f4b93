"""The camera sensor against slow loops, and its locality."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.synthesis.scene.cameras import CAMERAS
from attrimeter.synthesis.scene.sensor import BLUR_RADIUS, expose_sensor

LIGHT = np.random.default_rng(0).random((20, 12, 3)).astype(np.float32)
NEUTRAL = replace(
    CAMERAS[0], gains=(1.0, 1.0, 1.0), contrast=1.0, saturation=1.0, blur=0.0, noise=0.0, exposure=1.0
)


def test_a_neutral_camera_stores_square_roots():
    light = 0.7 * LIGHT
    image = expose_sensor(light, NEUTRAL, exposure=1.0, noise_seed=0)
    dark = np.sqrt(light) < 0.84
    np.testing.assert_array_equal(image[dark], np.rint(255 * np.sqrt(light))[dark])


def test_blur_against_loops():
    camera = replace(NEUTRAL, blur=0.24)
    image = expose_sensor(LIGHT, camera, exposure=0.5, noise_seed=0)
    light = 0.5 * LIGHT.astype(np.float64)
    weights = np.array([0.12, 0.76, 0.12])
    height, width, _ = light.shape
    for row in range(height):
        for column in range(width):
            total = np.zeros(3)
            for dy in (-1, 0, 1):
                for dx in (-1, 0, 1):
                    near = light[np.clip(row + dy, 0, height - 1), np.clip(column + dx, 0, width - 1)]
                    total += weights[dy + 1] * weights[dx + 1] * near
            np.testing.assert_allclose(image[row, column], 255 * np.sqrt(total), atol=0.51)


def test_a_change_of_light_stays_within_the_blur_radius():
    changed = LIGHT.copy()
    changed[10, 6] += 0.5
    before, after = (
        expose_sensor(light, CAMERAS[5], exposure=0.8, noise_seed=99) for light in (LIGHT, changed)
    )
    rows, columns = np.nonzero((before != after).any(axis=-1))
    assert len(rows) > 0
    assert np.abs(rows - 10).max() <= BLUR_RADIUS
    assert np.abs(columns - 6).max() <= BLUR_RADIUS


def test_noise_comes_from_its_seed_and_has_the_camera_s_strength():
    camera = replace(NEUTRAL, noise=4.0)
    flat = np.full((200, 200, 3), 0.25, dtype=np.float32)
    one, same, other = (expose_sensor(flat, camera, exposure=1.0, noise_seed=s) for s in (5, 5, 777777))
    np.testing.assert_array_equal(one, same)
    assert (one != other).mean() > 0.5
    assert one.astype(float).std() == pytest.approx(4.0, rel=0.1)
    assert one.mean() == pytest.approx(127.5, abs=0.5)


def test_colour_cast():
    camera = replace(NEUTRAL, gains=(1.2, 1.0, 0.8))
    flat = np.full((16, 16, 3), 0.25, dtype=np.float32)
    red, green, blue = expose_sensor(flat, camera, exposure=1.0, noise_seed=0)[8, 8]
    assert red > green > blue


def test_large_pictures_wrap_the_noise():
    flat = np.full((600, 20, 3), 0.25, dtype=np.float32)
    assert expose_sensor(flat, CAMERAS[0], exposure=1.0, noise_seed=123456).shape == (600, 20, 3)
