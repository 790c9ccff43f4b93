"""Points of the body in the picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.synthesis.scene.framing import find_pixel, pixels_per_metre, sample_grid
from attrimeter.synthesis.view import sample_view

VIEW = replace(sample_view(0, 1), azimuth=0.0, elevation=0.0, scale=0.875, shift_x=0.0, shift_y=0.0)


def test_a_standing_person_has_the_height_that_scale_says():
    _, top = find_pixel(VIEW, (0.0, 1.75, 0.0), 128, 64)
    _, bottom = find_pixel(VIEW, (0.0, 0.0, 0.0), 128, 64)
    assert bottom - top == pytest.approx(0.875 * 128)
    assert top + bottom == pytest.approx(128)
    assert pixels_per_metre(VIEW, 128) == pytest.approx(64)


def test_the_left_hand_is_on_the_right_of_a_picture_from_the_front():
    column, _ = find_pixel(VIEW, (0.25, 1.0, 0.0), 128, 64)
    assert column == pytest.approx(32 + 0.25 * 64)


@pytest.mark.parametrize("supersampling", [1, 2, 4])
def test_samples_lie_evenly_within_the_pixels(supersampling):
    moved = replace(VIEW, shift_x=0.1, shift_y=-0.05)
    xs, ys = sample_grid(moved, 128, 64, supersampling)
    assert len(xs) == 64 * supersampling
    assert len(ys) == 128 * supersampling
    column, row = find_pixel(moved, (0.0, 0.875, 0.0), 128, 64)
    np.testing.assert_allclose(xs * 64 + column, (np.arange(len(xs)) + 0.5) / supersampling, atol=1e-4)
    np.testing.assert_allclose(ys * 64 + row, (np.arange(len(ys)) + 0.5) / supersampling, atol=1e-4)
