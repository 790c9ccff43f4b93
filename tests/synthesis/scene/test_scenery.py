"""Scene textures."""

from __future__ import annotations

import numpy as np
import pytest

from attrimeter.synthesis.palette import to_linear
from attrimeter.synthesis.scene.scenery import GROUND_SIDE, PLACES, WALL_WIDTHS, make_ground, make_wall


@pytest.mark.parametrize("name", PLACES)
def test_textures_are_light_of_about_the_named_colour(name):
    ground, wall = make_ground(name), make_wall(name, 64)
    assert ground.shape == (GROUND_SIDE, GROUND_SIDE, 3)
    assert wall.shape == (64, 64 * WALL_WIDTHS, 3)
    for texture in (ground, wall):
        assert texture.dtype == np.float32
        assert texture.min() >= 0
        assert texture.max() < 1.5
    np.testing.assert_allclose(ground.mean(axis=(0, 1)), to_linear(PLACES[name].ground), rtol=0.25)
    assert ground.std() > 0.005


@pytest.mark.parametrize("name", PLACES)
def test_textures_are_the_same_every_time(name):
    again = make_ground.__wrapped__(name)
    np.testing.assert_array_equal(make_ground(name), again)


def test_tiles_repeat_with_their_size():
    ground = make_ground("plaza").mean(axis=2)
    profile = ground.mean(axis=0) - ground.mean()
    dark = np.flatnonzero(profile < -0.02)
    gaps = np.diff(dark)
    assert np.median(gaps[gaps > 2]) == pytest.approx(0.5 / 8 * GROUND_SIDE, abs=2)
