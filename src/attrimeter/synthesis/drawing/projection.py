"""From posed primitives to quadrics in the picture: perspective by its first-order expansion per primitive.

Picture space has x to the right, y down and z away from the camera, in metres at the person's distance.
A point p of camera space goes to s p with s = D / (D + z). Around each primitive's middle this map is
replaced by its linear part, which keeps every quadric a quadric and turns all rays parallel to z.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any

import numpy as np
from jaxtyping import Float32, Float64

from attrimeter.synthesis.person.primitives import PrimitiveTable
from attrimeter.synthesis.person.skeleton import BODY_HEIGHT, Frames
from attrimeter.synthesis.view import View

_Array = np.ndarray[Any, np.dtype[np.float64]]

LOOK_AT_HEIGHT = 0.875
"""Height of the point on the body's axis that is drawn at the middle of the crop (half of 1.75 m)."""


@dataclass(frozen=True)
class Surfaces:
    """Quadrics and linear fields of S surface pieces, about the ``centres`` of their primitives.

    With d = (x, y, z) - centre: the surface is d.A d + 2 b.d + c = 0; ``axis`` gives the position along
    the cone (0 at its start, 1 at its end), ``rest`` the rest-pose body point, ``normal`` the outward
    normal in camera space, ``clips`` the clip values; each linear field is (..., 4) with the constant last.
    """

    centres: Float64[np.ndarray, "s 3"]
    matrices: Float64[np.ndarray, "s 3 3"]
    vectors: Float64[np.ndarray, "s 3"]
    constants: Float64[np.ndarray, " s"]
    axis: Float64[np.ndarray, "s 4"]
    rest: Float64[np.ndarray, "s 3 4"]
    normal: Float64[np.ndarray, "s 3 4"]
    clips: Float64[np.ndarray, "s clips 4"]
    boxes: Float64[np.ndarray, "s 4"]


def camera_rotation(azimuth: float, elevation: float) -> _Array:
    """Rotation from body axes to camera axes for a walking direction and a downward angle, in degrees."""
    ca, sa = cos(radians(azimuth)), sin(radians(azimuth))
    ce, se = cos(radians(elevation)), sin(radians(elevation))
    return np.array([[ca, 0.0, sa], [-se * sa, -ce, se * ca], [ce * sa, -se, -ce * ca]])


def project_primitives(
    table: PrimitiveTable, frames: Frames, *, azimuth: float, elevation: float, distance: float
) -> Surfaces:
    """Quadrics, linear fields and bounding boxes (x0, y0, x1, y1) of all surface pieces of the table."""
    camera = camera_rotation(azimuth, elevation)
    rotations = _product(camera[None], frames.rotations)
    offsets = _apply(camera[None], frames.offsets - np.array([0.0, LOOK_AT_HEIGHT, 0.0]))
    turn, offset = rotations[table.bones], offsets[table.bones]
    middle = 0.5 * (table.starts + table.ends)
    point = _apply(turn, middle) + offset
    shrink = distance / (distance + point[:, 2])
    centres = shrink[:, None] * point
    back = _inverse_jacobian(point, shrink, distance)
    rest = _product(_transpose(turn), back)
    matrices, vectors, constants, position, toward = _surface_equations(
        table, rest / table.scales[:, :, None], (middle - table.starts) / table.scales
    )
    which = table.surface_primitives
    return Surfaces(
        centres=centres[which],
        matrices=matrices,
        vectors=vectors,
        constants=constants,
        axis=position,
        rest=np.concatenate([rest, middle[:, :, None]], axis=2)[which],
        normal=_product(turn[which], toward / table.scales[which][:, :, None]),
        clips=_clip_fields(table, rotations, offsets, point, back)[which],
        boxes=_boxes(table, turn, shrink, point, centres, middle, distance),
    )


def _surface_equations(
    table: PrimitiveTable, linear: _Array, constant: _Array
) -> tuple[_Array, _Array, _Array, _Array, _Array]:
    """Quadric (matrix, vector, constant), axis position and outward direction of every surface piece.

    In a primitive's scaled coordinates y (start at the origin; y = linear d + constant) with axis e, radii
    r0 and r1, taper t = r0 - r1 and n = e.e - t^2, the ball at the start is y.y = r0^2, the cone
    y.y - (e.y - r0 t)^2 / n = r0^2, and s = (e.y - r0 t) / n the ball of the cone that touches there; its
    normal is y - s e. A face is the plane e.y = 0.
    """
    which = table.surface_primitives
    cone, end, face = table.surface_is_cone, table.surface_is_end, table.surface_is_face
    along = ((table.ends - table.starts) / table.scales)[which]
    first, last = table.radii[which, 0], table.radii[which, 1]
    taper = np.where(face, 0.0, first - last)
    length = _dot(along, along) - taper**2
    length = np.where(length > 1e-9, length, 1.0)
    linear, constant = linear[which], constant[which]
    slope = _apply(_transpose(linear), along)
    level = _dot(along, constant) - first * taper
    position = np.concatenate([slope, level[:, None]], axis=1) / length[:, None]
    constant = constant - np.where(end[:, None], along, 0.0)
    weight = np.where(cone, 1.0 / length, 0.0)
    matrices = _product(_transpose(linear), linear) - weight[:, None, None] * (
        slope[:, :, None] * slope[:, None, :]
    )
    vectors = _apply(_transpose(linear), constant) - (weight * level)[:, None] * slope
    constants = _dot(constant, constant) - np.where(end, last, first) ** 2 - weight * level**2
    toward = np.concatenate([linear, constant[:, :, None]], axis=2)
    toward = toward - cone[:, None, None] * along[:, :, None] * position[:, None, :]
    upright = np.concatenate([np.zeros_like(linear), along[:, :, None]], axis=2)
    return (
        np.where(face[:, None, None], 0.0, matrices),
        np.where(face[:, None], 0.5 * slope, vectors),
        np.where(face, level, constants),
        position,
        np.where(face[:, None, None], upright, toward),
    )


def _inverse_jacobian(point: _Array, shrink: _Array, distance: float) -> _Array:
    back = np.zeros((len(point), 3, 3))
    back[:, 0, 0] = back[:, 1, 1] = 1.0 / shrink
    back[:, :2, 2] = point[:, :2] / (distance + point[:, 2:]) / shrink[:, None] ** 2
    back[:, 2, 2] = 1.0 / shrink**2
    return back


def _clip_fields(
    table: PrimitiveTable, rotations: _Array, offsets: _Array, point: _Array, back: _Array
) -> _Array:
    normals = _apply(rotations[table.clip_bones], table.clip_normals)
    constants = _dot(normals, point[:, None] - offsets[table.clip_bones])
    gradients = _apply(_transpose(back)[:, None], normals)
    return np.concatenate([gradients, constants[:, :, None]], axis=2)


def _boxes(
    table: PrimitiveTable,
    turn: _Array,
    shrink: _Array,
    point: _Array,
    centres: _Array,
    middle: _Array,
    distance: float,
) -> _Array:
    """Bounds (x0, y0, x1, y1) of every surface piece: of its ball, or of both balls for a cone."""
    forth = np.zeros((len(point), 2, 3))
    forth[:, 0, 0] = forth[:, 1, 1] = shrink
    forth[:, :, 2] = -point[:, :2] * (shrink / (distance + point[:, 2]))[:, None]
    spread = _product(forth, turn)
    reach = np.sqrt(((spread * table.scales[:, None, :]) ** 2).sum(axis=2))
    which = table.surface_primitives
    balls = []
    for ball, radius in ((table.starts, table.radii[:, :1]), (table.ends, table.radii[:, 1:])):
        centre = centres[:, :2] + _apply(spread, ball - middle)
        balls.append(np.concatenate([centre - radius * reach, -(centre + radius * reach)], axis=1)[which])
    first, last = balls
    box = np.where(table.surface_is_cone[:, None], np.minimum(first, last), first)
    box = np.where(table.surface_is_end[:, None], last, box)
    return np.concatenate([box[:, :2], -box[:, 2:]], axis=1)


def _transpose(matrices: _Array) -> _Array:
    return np.swapaxes(matrices, -1, -2)


def _product(a: _Array, b: _Array) -> _Array:
    """Matrix products in a fixed order of additions, the same on every machine."""
    total = a[..., :, 0:1] * b[..., 0:1, :]
    for index in (1, 2):
        total = total + a[..., :, index : index + 1] * b[..., index : index + 1, :]
    return total


def _apply(matrices: _Array, vectors: _Array) -> _Array:
    total = matrices[..., :, 0] * vectors[..., None, 0]
    for index in (1, 2):
        total = total + matrices[..., :, index] * vectors[..., None, index]
    return total


def _dot(a: _Array, b: _Array) -> _Array:
    return a[..., 0] * b[..., 0] + a[..., 1] * b[..., 1] + a[..., 2] * b[..., 2]


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
