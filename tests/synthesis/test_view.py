"""Random views: within range, distributed as their camera says."""

from __future__ import annotations

import numpy as np
import pytest

from attrimeter.errors import SettingsError
from attrimeter.synthesis.scene.cameras import CAMERAS
from attrimeter.synthesis.view import OCCLUDER_KINDS, OCCLUDER_SHARE, sample_view


def test_seeds_and_generators():
    assert sample_view(3, 2) == sample_view(3, 2)
    assert sample_view(np.random.Generator(np.random.PCG64(3)), 2) == sample_view(3, 2)
    assert sample_view(3, 2) != sample_view(4, 2)


@pytest.mark.parametrize("camera", [0, -1, len(CAMERAS) + 1])
def test_unknown_cameras_are_refused(camera):
    with pytest.raises(SettingsError, match="There is no camera"):
        sample_view(0, camera)


@pytest.mark.parametrize("camera", range(1, len(CAMERAS) + 1))
def test_directions_follow_the_camera(camera):
    kind = CAMERAS[camera - 1]
    views = [sample_view(seed, camera) for seed in range(600)]
    centres = np.array([azimuth for azimuth, _ in kind.azimuths])
    weights = np.array([weight for _, weight in kind.azimuths])
    expected = (weights * np.exp(1j * np.radians(centres))).sum() / weights.sum()
    expected *= np.exp(-0.5 * np.radians(kind.spread) ** 2)
    measured = np.mean([np.exp(1j * np.radians(view.azimuth)) for view in views])
    assert abs(measured - expected) < 0.1
    assert abs(np.mean([view.elevation for view in views]) - kind.elevation) < 0.5
    assert all(view.camera == camera for view in views)


def test_cameras_see_people_from_different_sides():
    means = []
    for camera in range(1, len(CAMERAS) + 1):
        angles = np.radians([sample_view(seed, camera).azimuth for seed in range(200)])
        means.append(np.cos(angles).mean())
    assert max(means) > 0.5
    assert min(means) < -0.5


def test_occluders():
    views = [sample_view(seed, 1) for seed in range(1500)]
    occluders = [view.occluder for view in views if view.occluder is not None]
    assert len(occluders) / len(views) == pytest.approx(OCCLUDER_SHARE, abs=0.03)
    assert {occluder.kind for occluder in occluders} == set(OCCLUDER_KINDS)
    assert all(0 <= c <= 255 for occluder in occluders for c in occluder.colour)


def test_phases_cover_the_whole_gait():
    phases = np.array([sample_view(seed, 1).phase for seed in range(500)])
    assert np.histogram(phases, bins=4, range=(0, 1))[0].min() > 80
