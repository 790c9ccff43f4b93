"""Other people far behind: a fixed crowd of rendered figures, pasted small and blurred."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from jaxtyping import Float32

from attrimeter.synthesis.drawing.figure import Figure, draw_figure
from attrimeter.synthesis.person.skeleton import pose_skeleton
from attrimeter.synthesis.sampling import sample_person
from attrimeter.synthesis.view import sample_view

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
