"""Backgrounds: from the view alone, typical of the camera, varied within it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.synthesis.scene.background import add_passer_by, draw_background
from attrimeter.synthesis.scene.cameras import CAMERAS
from attrimeter.synthesis.view import sample_view


def draw(camera, seed, size=(128, 64)):
    return draw_background(replace(sample_view(seed, camera), background_seed=seed), *size)


@pytest.mark.parametrize("camera", range(1, len(CAMERAS) + 1))
def test_backgrounds_are_linear_light_and_depend_on_the_seed(camera):
    one, same, other = draw(camera, 1), draw(camera, 1), draw(camera, 2)
    assert one.shape == (128, 64, 3)
    assert one.dtype == np.float32
    assert one.min() >= 0
    assert one.max() < 2
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).mean() > 0.01


def test_cameras_differ_more_than_seeds_do():
    means = np.array(
        [
            [draw(camera, seed)[96:].mean(axis=(0, 1)) for seed in range(8)]
            for camera in range(1, len(CAMERAS) + 1)
        ]
    )
    hues = means / means.sum(axis=2, keepdims=True)
    within = hues.std(axis=1).mean()
    between = hues.mean(axis=1).std(axis=0).mean()
    assert between > 1.5 * within


def test_pose_and_crop_do_not_move_the_background():
    view = sample_view(5, 1)
    moved = replace(view, azimuth=10.0, phase=0.1, shift_x=0.1, noise_seed=1, occluder=None)
    np.testing.assert_array_equal(draw_background(view, 128, 64), draw_background(moved, 128, 64))


@pytest.mark.parametrize("size", [(64, 32), (256, 128), (96, 96)])
def test_other_sizes(size):
    assert draw(3, 1, size).shape == (*size, 3)


def test_drawing_leaves_the_textures_as_they_were():
    first = draw(2, 9).copy()
    for seed in range(5):
        draw(2, seed)
    np.testing.assert_array_equal(draw(2, 9), first)


@pytest.mark.parametrize("seed", range(12))
def test_a_passer_by_changes_part_of_the_picture(seed):
    image = np.full((128, 64, 3), 0.3, dtype=np.float32)
    rng = np.random.default_rng(seed)
    add_passer_by(image, rng, camera=seed % 6 + 1, scene="standard", horizon=40)
    changed = (image != np.float32(0.3)).any(axis=2)
    assert changed.mean() < 0.3
    assert image.min() >= 0


def test_the_same_seed_gives_the_same_passer_by_and_most_are_in_the_picture():
    images = np.full((2, 30, 128, 64, 3), 0.3, dtype=np.float32)
    for run in range(2):
        for seed in range(30):
            add_passer_by(
                images[run, seed], np.random.default_rng(seed), camera=1, scene="standard", horizon=40
            )
    np.testing.assert_array_equal(images[0], images[1])
    assert (images[0] != np.float32(0.3)).any(axis=(1, 2, 3)).mean() > 0.7
