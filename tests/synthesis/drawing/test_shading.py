"""Light on surfaces."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from attrimeter.synthesis.drawing.projection import project_primitives, sample_grid
from attrimeter.synthesis.drawing.raycast import cast_rays
from attrimeter.synthesis.drawing.shading import light_on, shade_hits
from attrimeter.synthesis.person.body import tabulate_body
from attrimeter.synthesis.person.skeleton import pose_skeleton
from attrimeter.synthesis.sampling import sample_person
from attrimeter.synthesis.view import sample_view

VIEW = replace(sample_view(0, 1), elevation=0.0, light_azimuth=90.0, light_elevation=0.0, sun=1.0)


def light(normal, view=VIEW):
    return light_on(np.array(normal, dtype=np.float32)[:, None], view)[:, 0]


def test_the_lit_side_is_brighter():
    slanted = np.sqrt(0.5)
    assert (light((slanted, 0, -slanted)) > 1.3 * light((-slanted, 0, -slanted))).all()


def test_upward_is_brighter_than_downward_without_sun():
    overcast = replace(VIEW, sun=0.0)
    slanted = np.sqrt(0.5)
    assert (light((0, -slanted, -slanted), overcast) > light((0, slanted, -slanted), overcast)).all()


def test_edges_are_darker_than_what_faces_the_camera():
    overcast = replace(VIEW, sun=0.0)
    assert (light((1, 0, 0), overcast) < 0.75 * light((0, 0, -1), overcast)).all()


def test_light_stays_in_range():
    rng = np.random.default_rng(0)
    normal = rng.normal(size=(3, 500)).astype(np.float32)
    normal /= np.linalg.norm(normal, axis=0)
    normal[2] = -np.abs(normal[2])
    for sun in (0.0, 0.5, 1.0):
        values = light_on(normal, replace(VIEW, sun=sun))
        assert values.min() >= 0
        assert values.max() < 1.5


def test_samples_are_those_that_hit_and_do_not_see_each_other():
    person, view = sample_person(3), sample_view(1, 1)
    table = tabulate_body(person)
    frames = pose_skeleton(view, shoulder=person.gender.shoulder)
    surfaces = project_primitives(table, frames, azimuth=20.0, elevation=10.0, distance=8.0)
    xs, ys = sample_grid(view, 64, 32, 2)
    hits = cast_rays(surfaces, table, xs, ys)
    samples = shade_hits(hits, surfaces, table, person, view, xs, ys)
    np.testing.assert_array_equal(samples.positions, np.flatnonzero(hits.surface.ravel() >= 0))
    assert samples.colours.shape == (3, len(samples.positions))
    half = ys[:64]
    upper = cast_rays(surfaces, table, xs, half)
    part = shade_hits(upper, surfaces, table, person, view, xs, half)
    np.testing.assert_array_equal(part.colours, samples.colours[:, : part.colours.shape[1]])
