"""What is behind the person: a ground plane in true perspective, and a wall texture above it, per place.

Textures are built once per place from fixed seeds; the background seed chooses which part of them is seen,
so that a place is recognised by its kind but no two crops are alike.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Float32

from attrimeter.synthesis.drawing.figure import Figure, draw_figure
from attrimeter.synthesis.drawing.projection import LOOK_AT_HEIGHT
from attrimeter.synthesis.palette import to_linear
from attrimeter.synthesis.person.skeleton import BODY_HEIGHT, pose_skeleton
from attrimeter.synthesis.sampling import sample_person
from attrimeter.synthesis.scene.cameras import CAMERAS
from attrimeter.synthesis.scene.scenery import GROUND_METRES, GROUND_SIDE, PLACES, make_ground, make_wall
from attrimeter.synthesis.scenes import STANDARD, find_scene
from attrimeter.synthesis.view import View, sample_view


def draw_background(view: View, height: int, width: int) -> Float32[np.ndarray, "h w 3"]:
    """Linear light of the picture without the person, from the view alone."""
    rng = np.random.Generator(np.random.PCG64(view.background_seed))
    camera = CAMERAS[view.camera - 1]
    x_index, z_index, wall_rows = _ground_grid(view.camera, height, width)
    offset_x, offset_z = (int(value) for value in rng.integers(GROUND_SIDE, size=2))
    ground = make_ground(camera.place)
    image: np.ndarray[Any, Any] = ground[
        (z_index + offset_z) % GROUND_SIDE, (x_index + offset_x) % GROUND_SIDE
    ]
    rows = max(0, min(height, wall_rows + round(0.05 * height * (2 * rng.random() - 1))))
    if rows:
        wall = make_wall(camera.place, height)
        left = int(rng.integers(wall.shape[1] - width))
        piece = wall[wall.shape[0] - rows :, left : left + width]
        image[:rows] = piece[:, ::-1] if rng.random() < 0.5 else piece
    if view.scene != STANDARD:
        _light_scene(image, view, rows)
    for _ in range(max(0, int(rng.integers(4)) - 1)):
        add_passer_by(image, rng, camera=view.camera, scene=view.scene, horizon=rows)
    slope = np.float32(0.25 * (2 * rng.random() - 1))
    image *= (1 + slope * np.linspace(-1, 1, width, dtype=np.float32))[:, None]
    image *= np.float32(0.8 + 0.4 * rng.random())
    return image


def _light_scene(image: np.ndarray[Any, Any], view: View, rows: int) -> None:
    """Light the wall and the ground below row ``rows`` as the scene has it, in place."""
    light = find_scene(view.scene).light
    lamp = to_linear(light.lamp(view.camera))
    image[:rows] *= np.float32(light.wall) * lamp
    image[rows:] *= np.float32(light.ground) * lamp


@lru_cache(maxsize=32)
def _ground_grid(camera: int, height: int, width: int) -> tuple[Any, Any, int]:
    """Texture indexes of the ground point behind each pixel, and the rows that the wall covers."""
    kind = CAMERAS[camera - 1]
    metres = BODY_HEIGHT / 0.9 / height
    tilt = np.radians(kind.elevation)
    eye = kind.distance * float(np.sin(tilt)) + LOOK_AT_HEIGHT
    reach = kind.distance * float(np.cos(tilt))
    above = LOOK_AT_HEIGHT - (np.arange(height) + 0.5 - height / 2) * metres
    away = np.clip(eye / np.maximum(eye - above, 0.02 * eye), 0.2, 12.0)
    across = (np.arange(width) + 0.5 - width / 2) * metres
    scale = GROUND_SIDE / GROUND_METRES
    x_index = np.floor(across[None, :] * away[:, None] * scale).astype(np.int64)
    z_index = np.floor(np.broadcast_to((reach * away * scale)[:, None], x_index.shape)).astype(np.int64)
    wall = PLACES[kind.place].wall_distance
    rows = int((reach * away > reach + wall).sum()) if wall else 0
    return x_index, z_index, rows


CROWD = 8
_CROWD_SEED = 7_000_000
_SIZES = (0.36, 0.43, 0.50, 0.58)
"""Heights of the figures, in heights of the picture."""


def add_passer_by(
    image: Float32[np.ndarray, "h w 3"], rng: np.random.Generator, *, camera: int, scene: str, horizon: int
) -> None:
    """Paste one of the camera's crowd in that scene with its feet below row ``horizon``, in place."""
    height, width = image.shape[:2]
    number = int(rng.integers(CROWD))
    size = round(_SIZES[int(rng.integers(len(_SIZES)))] * height)
    column = round(rng.random() * width) - size // 4
    foot = max(horizon, round(0.12 * height)) + round((0.02 + 0.22 * rng.random()) * height)
    figure = _draw_passer_by(number, camera, scene, size)
    fade = np.float32(0.75 + 0.25 * rng.random())
    top, left = foot - size, column
    rows = slice(max(0, top), min(height, foot))
    columns = slice(max(0, left), min(width, left + size // 2))
    inner = (
        slice(rows.start - top, rows.stop - top),
        slice(columns.start - left, columns.stop - left),
    )
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    window = image[rows, columns]
    window *= 1 - fade * figure.cover[inner][..., None]
    window += fade * figure.light[inner]


@lru_cache(maxsize=512)
def _draw_passer_by(number: int, camera: int, scene: str, size: int) -> Figure:
    seed = _CROWD_SEED + CROWD * camera + number
    person, view = sample_person(seed, scene=scene), sample_view(seed, camera, scene=scene)
    frames = pose_skeleton(view, shoulder=person.gender.shoulder)
    return draw_figure(person, view, frames, size, size // 2)
