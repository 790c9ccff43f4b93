"""The cameras of the rendered world: where they hang, what they see, and how their sensor looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Camera:
    """One surveillance camera.

    Attributes:
        place: name of its background (:data:`attrimeter.synthesis.scene.scenery.PLACES`).
        elevation: angle by which it looks down, in degrees.
        distance: to the person, in metres; near cameras show more perspective.
        azimuths: usual walking directions in degrees (0 towards the camera, 90 to the picture's right,
            180 away), each with its weight.
        spread: deviation around them, in degrees.
        gains: colour cast, as factors of linear red, green and blue.
        exposure: factor on linear light.
        contrast: steepness around mid grey, 1 is neutral.
        saturation: 1 is neutral, 0 is grey.
        blur: share of light that each pixel loses to its neighbours, per direction (0 to 0.5).
        noise: standard deviation of the sensor noise in grey levels of 255.
        sun: strength of directed light against sky light (0 overcast or indoors to 1 sunny).
    """

    place: str
    elevation: float
    distance: float
    azimuths: tuple[tuple[float, float], ...]
    spread: float
    gains: tuple[float, float, float]
    exposure: float
    contrast: float
    saturation: float
    blur: float
    noise: float
    sun: float


CAMERAS: tuple[Camera, ...] = (
    Camera(
        place="plaza",
        elevation=14.0,
        distance=9.0,
        azimuths=((0.0, 0.45), (40.0, 0.2), (-35.0, 0.2), (180.0, 0.15)),
        spread=18.0,
        gains=(1.03, 1.0, 0.95),
        exposure=1.02,
        contrast=1.02,
        saturation=1.0,
        blur=0.10,
        noise=1.5,
        sun=0.7,
    ),
    Camera(
        place="lawn",
        elevation=10.0,
        distance=12.0,
        azimuths=((180.0, 0.45), (150.0, 0.2), (-145.0, 0.2), (0.0, 0.15)),
        spread=18.0,
        gains=(0.97, 1.04, 0.94),
        exposure=1.0,
        contrast=1.0,
        saturation=0.95,
        blur=0.18,
        noise=2.0,
        sun=0.6,
    ),
    Camera(
        place="street",
        elevation=18.0,
        distance=7.5,
        azimuths=((90.0, 0.4), (60.0, 0.2), (-90.0, 0.3), (180.0, 0.1)),
        spread=15.0,
        gains=(0.95, 1.0, 1.08),
        exposure=0.9,
        contrast=1.05,
        saturation=0.9,
        blur=0.14,
        noise=2.2,
        sun=0.3,
    ),
    Camera(
        place="entrance",
        elevation=20.0,
        distance=6.0,
        azimuths=((-20.0, 0.35), (20.0, 0.3), (170.0, 0.35)),
        spread=16.0,
        gains=(1.10, 1.0, 0.86),
        exposure=0.84,
        contrast=0.98,
        saturation=0.92,
        blur=0.2,
        noise=2.8,
        sun=0.15,
    ),
    Camera(
        place="hedge",
        elevation=8.0,
        distance=10.0,
        azimuths=((-90.0, 0.35), (-60.0, 0.25), (-150.0, 0.2), (30.0, 0.2)),
        spread=20.0,
        gains=(1.0, 1.0, 1.0),
        exposure=1.12,
        contrast=1.08,
        saturation=1.08,
        blur=0.06,
        noise=1.2,
        sun=0.9,
    ),
    Camera(
        place="hall",
        elevation=12.0,
        distance=8.0,
        azimuths=((-160.0, 0.3), (130.0, 0.3), (70.0, 0.2), (10.0, 0.2)),
        spread=22.0,
        gains=(0.92, 1.03, 1.04),
        exposure=0.8,
        contrast=0.9,
        saturation=0.75,
        blur=0.24,
        noise=3.4,
        sun=0.2,
    ),
)
"""The cameras; camera ``c`` of a file name (c1, c2, ...) is ``CAMERAS[c - 1]``."""
