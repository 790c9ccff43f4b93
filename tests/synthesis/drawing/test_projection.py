"""The first-order perspective against the true one, and bounding boxes against what is hit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.synthesis.drawing.projection import (
    LOOK_AT_HEIGHT,
    camera_rotation,
    find_pixel,
    pixels_per_metre,
    project_primitives,
    sample_grid,
)
from attrimeter.synthesis.drawing.raycast import cast_rays
from attrimeter.synthesis.person.body import tabulate_body
from attrimeter.synthesis.person.skeleton import pose_skeleton
from attrimeter.synthesis.sampling import sample_person
from attrimeter.synthesis.view import sample_view

DISTANCE = 7.0


@pytest.fixture(scope="module")
def scene():
    person, view = sample_person(6), sample_view(2, 3)
    table = tabulate_body(person)
    frames = pose_skeleton(view, shoulder=person.gender.shoulder)
    surfaces = project_primitives(table, frames, azimuth=50.0, elevation=17.0, distance=DISTANCE)
    return table, frames, surfaces


def test_camera_axes():
    np.testing.assert_allclose(camera_rotation(0, 0), [[1, 0, 0], [0, -1, 0], [0, 0, -1]], atol=1e-12)
    walking_right = camera_rotation(90, 0) @ [0, 0, 1]
    np.testing.assert_allclose(walking_right, [1, 0, 0], atol=1e-12)
    from_above = camera_rotation(30, 90) @ [0, 1, 0]
    np.testing.assert_allclose(from_above, [0, 0, -1], atol=1e-12)
    turn = camera_rotation(77, 13)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)


def test_rest_points_come_back_from_the_true_perspective(scene):
    table, frames, surfaces = scene
    rng = np.random.default_rng(0)
    camera = camera_rotation(50.0, 17.0)
    for surface in range(0, len(surfaces.centres), 5):
        primitive = table.surface_primitives[surface]
        bone = table.bones[primitive]
        middle = 0.5 * (table.starts[primitive] + table.ends[primitive])
        rest = middle + rng.uniform(-0.1, 0.1, 3)
        body = frames.rotations[bone] @ rest + frames.offsets[bone] - [0, LOOK_AT_HEIGHT, 0]
        seen = camera @ body
        picture = seen * DISTANCE / (DISTANCE + seen[2])
        offset = np.append(picture - surfaces.centres[surface], 1.0)
        np.testing.assert_allclose(surfaces.rest[surface] @ offset, rest, atol=6e-3)


def test_a_farther_primitive_is_smaller(scene):
    table, frames, near = scene
    far = project_primitives(table, frames, azimuth=50.0, elevation=17.0, distance=1e6)
    sizes = [surfaces.boxes[:, 2] - surfaces.boxes[:, 0] for surfaces in (near, far)]
    behind = near.centres[:, 2] > 0.15
    assert behind.any()
    assert (sizes[0][behind] < sizes[1][behind]).all()


def test_boxes_hold_all_that_is_hit(scene):
    table, _, surfaces = scene
    xs = np.linspace(-0.6, 0.6, 90, dtype=np.float32)
    ys = np.linspace(-1.1, 1.1, 160, dtype=np.float32)
    everywhere = np.tile([-2.0, -2.0, 2.0, 2.0], (len(surfaces.boxes), 1))
    boxed = cast_rays(surfaces, table, xs, ys)
    free = cast_rays(replace(surfaces, boxes=everywhere), table, xs, ys)
    np.testing.assert_array_equal(boxed.surface, free.surface)
    np.testing.assert_array_equal(boxed.depth, free.depth)


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
