"""Everything in a picture that is not the person: camera, direction, crop, pose, light, occluder, noise."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from attrimeter.errors import SettingsError
from attrimeter.synthesis.scene.cameras import CAMERAS
from attrimeter.synthesis.scenes import SCENES, STANDARD, Light, find_scene

OCCLUDER_KINDS = ("pole", "bush", "bin", "railing", "bicycle")
OCCLUDER_SHARE = 0.16
_WEAKEST = 0.4
"""The weakest sun of a camera, as a share of its strongest."""


@dataclass(frozen=True)
class Occluder:
    """Something in front of the person.

    Attributes:
        kind: one of OCCLUDER_KINDS.
        x: its centre as a fraction of the picture's width.
        top: where it begins, as a fraction of the picture's height from above.
        width: as a fraction of the picture's width.
        colour: sRGB.
        seed: of its details.
    """

    kind: str
    x: float
    top: float
    width: float
    colour: tuple[int, int, int]
    seed: int


@dataclass(frozen=True)
class View:
    """How a person is seen in one picture.

    Attributes:
        camera: number of the camera, from 1.
        azimuth: walking direction in degrees: 0 towards the camera, 90 to the picture's right.
        elevation: angle by which the camera looks down, in degrees.
        scale: height of a standing person of 1.75 m as a fraction of the picture's height.
        shift_x, shift_y: displacement of the person, as fractions of width and height.
        phase: of the gait, 0 to 1.
        stride: amplitude of the gait, 0 (standing) to 1.
        arm_swing: amplitude of the arms, 0 to 1.
        elbow: how far the elbows are bent, 0 to 1.
        lean: of the trunk forward, in degrees.
        head_turn, head_nod: of the head, in degrees.
        light_azimuth, light_elevation: where the directed light comes from, seen from the camera (degrees).
        sun: strength of the directed light, 0 to 1.
        exposure: factor on linear light.
        background_seed: of the part of the scene behind the person.
        occluder: what stands in front, or None.
        noise_seed: of the sensor noise.
        scene: name of the scene, which decides the light (:data:`attrimeter.synthesis.scenes.SCENES`).
    """

    camera: int
    azimuth: float
    elevation: float
    scale: float
    shift_x: float
    shift_y: float
    phase: float
    stride: float
    arm_swing: float
    elbow: float
    lean: float
    head_turn: float
    head_nod: float
    light_azimuth: float
    light_elevation: float
    sun: float
    exposure: float
    background_seed: int
    occluder: Occluder | None
    noise_seed: int
    scene: str = STANDARD


def sample_view(rng: np.random.Generator | int, camera: int, *, scene: str = STANDARD) -> View:
    """Draw a view of that camera (numbered from 1), from a generator or an integer seed.

    Directions, light and colour are distributed as the camera's; about one picture in six has an occluder.
    Views of two scenes from one seed differ in their light alone.

    Raises:
        SettingsError: there is no such camera, or no such scene.
    """
    light = find_scene(scene).light
    if not 1 <= camera <= len(CAMERAS):
        raise SettingsError(f"There is no camera {camera}; choose from 1 to {len(CAMERAS)}.")
    if not isinstance(rng, np.random.Generator):
        rng = np.random.Generator(np.random.PCG64(rng))
    kind = CAMERAS[camera - 1]
    standing = rng.random() < 0.15
    view = View(
        camera=camera,
        azimuth=round((_choose_azimuth(rng, kind.azimuths) + kind.spread * _bell(rng)) % 360, 3),
        elevation=round(max(0.0, kind.elevation + 2.0 * _bell(rng)), 3),
        scale=_around(rng, 0.90, 0.035),
        shift_x=_around(rng, 0.0, 0.035),
        shift_y=_around(rng, 0.0, 0.018),
        phase=_around(rng, 0.5, 0.5),
        stride=_around(rng, 0.08, 0.08) if standing else _around(rng, 0.75, 0.25),
        arm_swing=_around(rng, 0.1, 0.1) if standing else _around(rng, 0.6, 0.35),
        elbow=_around(rng, 0.25, 0.25) if rng.random() < 0.8 else _around(rng, 0.8, 0.2),
        lean=_around(rng, 3.0, 3.0),
        head_turn=round(14 * _bell(rng), 3),
        head_nod=_around(rng, 3.0, 8.0),
        light_azimuth=_around(rng, 0.0, 100.0),
        light_elevation=_around(rng, *SCENES[STANDARD].light.elevation),
        sun=round(kind.sun * (_WEAKEST + 0.6 * rng.random()), 4),
        exposure=round(kind.exposure * (0.85 + 0.3 * rng.random()), 4),
        background_seed=int(rng.integers(2**31)),
        occluder=_sample_occluder(rng) if rng.random() < OCCLUDER_SHARE else None,
        noise_seed=int(rng.integers(2**31)),
    )
    return view if scene == STANDARD else _relight(view, light, scene)


def _relight(view: View, light: Light, scene: str) -> View:
    """The view under that light, which is as high or as strong among its kind as before."""
    (middle, radius), (usual, spread) = light.elevation, SCENES[STANDARD].light.elevation
    sun = view.sun
    if light.strength is not None:
        low, high = light.strength
        sun = low + (high - low) * (sun / CAMERAS[view.camera - 1].sun - _WEAKEST) / (1 - _WEAKEST)
    return replace(
        view,
        light_elevation=round(middle + radius * (view.light_elevation - usual) / spread, 4),
        sun=round(sun, 4),
        exposure=round(light.exposure * view.exposure, 4),
        scene=scene,
    )


def _around(rng: np.random.Generator, centre: float, radius: float) -> float:
    return round(centre + radius * (2 * rng.random() - 1), 4)


def _bell(rng: np.random.Generator) -> float:
    """About normal with deviation 1, by sums of uniform draws: the same on every machine."""
    return (rng.random() + rng.random() + rng.random() - 1.5) * 2


def _choose_azimuth(rng: np.random.Generator, azimuths: tuple[tuple[float, float], ...]) -> float:
    threshold = rng.random() * sum(weight for _, weight in azimuths)
    for azimuth, weight in azimuths:
        threshold -= weight
        if threshold < 0:
            return azimuth
    return azimuths[-1][0]


def _sample_occluder(rng: np.random.Generator) -> Occluder:
    kind = OCCLUDER_KINDS[int(rng.integers(len(OCCLUDER_KINDS)))]
    side = -1 if rng.random() < 0.5 else 1
    low = kind in ("bin", "railing", "bicycle")
    return Occluder(
        kind=kind,
        x=round(0.5 + side * (0.08 + 0.34 * rng.random()), 4),
        top=round((0.6 if low else 0.45 if kind == "bush" else 0.0) + 0.2 * rng.random(), 4)
        if kind != "pole"
        else 0.0,
        width=round({"pole": 0.07, "bush": 0.55, "bin": 0.4}.get(kind, 0.9) * (0.75 + 0.5 * rng.random()), 4),
        colour=_sample_occluder_colour(rng, kind),
        seed=int(rng.integers(2**31)),
    )


def _sample_occluder_colour(rng: np.random.Generator, kind: str) -> tuple[int, int, int]:
    level, warm, cool = int(rng.integers(50, 150)), int(rng.integers(-12, 13)), int(rng.integers(-15, 16))
    if kind == "bush":
        return level // 2 + 30 + warm, level // 2 + 62, level // 3 + 18
    return level, level + warm, level + cool
