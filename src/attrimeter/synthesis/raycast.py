"""Casting one ray per sample at all surfaces: exact quadric intersections into a z-buffer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float32, Int16

from attrimeter.synthesis.primitives import PrimitiveTable
from attrimeter.synthesis.projection import Surfaces

_MISS = np.float32(1e9)


@dataclass(frozen=True)
class Hits:
    """What each ray meets first: its depth z (1e9 where nothing), and the surface's index (-1)."""

    depth: Float32[np.ndarray, "h w"]
    surface: Int16[np.ndarray, "h w"]


def cast_rays(
    surfaces: Surfaces,
    table: PrimitiveTable,
    xs: Float32[np.ndarray, " w"],
    ys: Float32[np.ndarray, " h"],
) -> Hits:
    """Meet the rays (x, y, any z) with the surfaces; ``xs`` and ``ys`` rise in equal steps.

    Along a ray the quadric is a z^2 + 2 b z + c = 0 with b linear and the discriminant quadratic in
    (x, y); the near root is the surface. Cones seen from within their own opening (a <= 0) are left out.
    """
    depth = np.full((len(ys), len(xs)), _MISS, dtype=np.float32)
    index = np.full((len(ys), len(xs)), -1, dtype=np.int16)
    rows, lines, roots = _ray_polynomials(surfaces)
    columns = _pixel_boxes(surfaces.boxes, xs, ys)
    clips = surfaces.clips.tolist()
    ranges = table.clip_ranges.tolist()
    axis = surfaces.axis.tolist()
    for surface, (x0, y0, x1, y1) in enumerate(columns):
        if not rows[surface] or x0 >= x1 or y0 >= y1:
            continue
        cx, cy, cz = (float(value) for value in surfaces.centres[surface])
        x, y = xs[x0:x1] - np.float32(cx), (ys[y0:y1] - np.float32(cy))[:, None]
        q = roots[surface]
        inside = (q[0] * x * x + q[1] * x + q[2]) + (q[3] * y * y + q[4] * y)
        if q[5]:
            inside += (q[5] * y) * x
        keep = inside > 0
        line = lines[surface]
        z = (line[0] * x + line[2]) + line[1] * y
        z -= np.sqrt(np.maximum(inside, 0))
        primitive = int(table.surface_primitives[surface])
        if table.surface_is_cone[surface]:
            _cut(keep, axis[surface], 0.0, 1.0, x, y, z)
        for number in range(table.clip_counts[primitive]):
            _cut(keep, clips[surface][number], *ranges[primitive][number], x, y, z)
        z += np.float32(cz)
        window = depth[y0:y1, x0:x1]
        keep &= z < window
        np.copyto(window, z, where=keep)
        np.copyto(index[y0:y1, x0:x1], np.int16(surface), where=keep)
    return Hits(depth, index)


def _cut(
    keep: np.ndarray[Any, Any],
    field: list[float],
    low: float,
    high: float,
    x: np.ndarray[Any, Any],
    y: np.ndarray[Any, Any],
    z: np.ndarray[Any, Any],
) -> None:
    value = field[2] * z
    value += (field[0] * x + field[3]) + field[1] * y
    if low > -1e8:
        keep &= value >= low
    if high < 1e8:
        keep &= value <= high


def _ray_polynomials(surfaces: Surfaces) -> tuple[list[bool], list[list[float]], list[list[float]]]:
    """Per surface: is it seen, z without the root (x, y, 1), and what is under it (xx, x, 1, yy, y, xy)."""
    a = surfaces.matrices[:, 2, 2]
    seen = a > 1e-6
    safe = np.where(seen, a, 1.0)
    bx, by, b1 = (
        surfaces.matrices[:, 2, 0] / safe,
        surfaces.matrices[:, 2, 1] / safe,
        surfaces.vectors[:, 2] / safe,
    )
    roots = np.stack(
        [
            bx * bx - surfaces.matrices[:, 0, 0] / safe,
            2 * (bx * b1 - surfaces.vectors[:, 0] / safe),
            b1 * b1 - surfaces.constants / safe,
            by * by - surfaces.matrices[:, 1, 1] / safe,
            2 * (by * b1 - surfaces.vectors[:, 1] / safe),
            2 * (bx * by - surfaces.matrices[:, 0, 1] / safe),
        ],
        axis=1,
    )
    return seen.tolist(), np.stack([-bx, -by, -b1], axis=1).tolist(), roots.tolist()


def _pixel_boxes(
    boxes: np.ndarray[Any, Any], xs: np.ndarray[Any, Any], ys: np.ndarray[Any, Any]
) -> list[list[int]]:
    step = float(xs[1] - xs[0])
    low = np.floor((boxes[:, :2] - np.array([xs[0], ys[0]])) / step).astype(np.int64)
    high = np.ceil((boxes[:, 2:] - np.array([xs[0], ys[0]])) / step).astype(np.int64) + 1
    size = np.array([len(xs), len(ys)])
    bounds: list[list[int]] = np.concatenate([np.clip(low, 0, size), np.clip(high, 0, size)], axis=1).tolist()
    return bounds
