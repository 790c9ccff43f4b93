"""The catalogue of cameras."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from attrimeter.synthesis.scene.cameras import CAMERAS
from attrimeter.synthesis.scene.scenery import PLACES


def test_at_least_six_different_cameras():
    assert len(CAMERAS) >= 6
    for field in ("place", "elevation", "gains", "azimuths", "distance", "blur"):
        assert len({getattr(camera, field) for camera in CAMERAS}) == len(CAMERAS), field


@pytest.mark.parametrize("camera", CAMERAS, ids=lambda camera: camera.place)
def test_settings_are_in_range(camera):
    assert camera.place in PLACES
    assert 0 <= camera.blur <= 0.5
    assert 0 <= camera.sun <= 1
    assert camera.distance > 3
    assert sum(weight for _, weight in camera.azimuths) == pytest.approx(1)


def test_cameras_are_frozen():
    with pytest.raises(FrozenInstanceError):
        setattr(CAMERAS[0], fields(CAMERAS[0])[0].name, "beach")
