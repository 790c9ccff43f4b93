"""Where points of the body's space lie in a picture."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32

from attrimeter.synthesis.drawing.projection import LOOK_AT_HEIGHT, camera_rotation
from attrimeter.synthesis.person.skeleton import BODY_HEIGHT
from attrimeter.synthesis.view import View


def pixels_per_metre(view: View, height: int) -> float:
    """Scale of the picture at the person's distance."""
    return view.scale * height / BODY_HEIGHT


def sample_grid(
    view: View, height: int, width: int, supersampling: int
) -> tuple[Float32[np.ndarray, " columns"], Float32[np.ndarray, " rows"]]:
    """Positions of the samples in the picture plane, in metres from the body's middle."""
    scale = pixels_per_metre(view, height)
    columns = (np.arange(width * supersampling) + 0.5) / supersampling - width * (0.5 + view.shift_x)
    rows = (np.arange(height * supersampling) + 0.5) / supersampling - height * (0.5 + view.shift_y)
    return (columns / scale).astype(np.float32), (rows / scale).astype(np.float32)


def find_pixel(view: View, point: tuple[float, float, float], height: int, width: int) -> tuple[float, float]:
    """Column and row of a body-space point (u, v, w), without perspective."""
    right, down, _ = camera_rotation(view.azimuth, view.elevation)
    u, v, w = point[0], point[1] - LOOK_AT_HEIGHT, point[2]
    scale = pixels_per_metre(view, height)
    column = width * (0.5 + view.shift_x) + scale * (right[0] * u + right[1] * v + right[2] * w)
    row = height * (0.5 + view.shift_y) + scale * (down[0] * u + down[1] * v + down[2] * w)
    return float(column), float(row)
