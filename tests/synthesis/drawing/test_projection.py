"""The first-order perspective against the true one, and bounding boxes against what is hit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.synthesis.drawing.projection import LOOK_AT_HEIGHT, camera_rotation, project_primitives
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
