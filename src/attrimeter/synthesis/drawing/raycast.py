"""Casting one ray per sample at all surfaces: exact quadric intersections into a z-buffer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32, Int16

from attrimeter.synthesis.drawing.projection import Surfaces
from attrimeter.synthesis.person.primitives import PrimitiveTable

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
    (x, y); the near root is the surface. Cones seen from within their own opening (a <= 0) are left out,
    and faces seen from behind.
    """
    depth = np.full((len(ys), len(xs)), _MISS, dtype=np.float32)
    index = np.full((len(ys), len(xs)), -1, dtype=np.int16)
    seen, lines, roots = _ray_polynomials(surfaces, table.surface_is_face)
    cuts = _list_cuts(surfaces, table)
    for surface, (x0, y0, x1, y1) in enumerate(_pixel_boxes(surfaces.boxes, xs, ys)):
        if not seen[surface] or x0 >= x1 or y0 >= y1:
            continue
        centre = surfaces.centres[surface].astype(np.float32)
        x, y = xs[x0:x1] - centre[0], (ys[y0:y1] - centre[1])[:, None]
        keep, z = _meet_quadric(lines[surface], roots[surface], x, y)
        for field, low, high in cuts[surface]:
            _cut(keep, field, low, high, x, y, z)
        z += centre[2]
        window = depth[y0:y1, x0:x1]
        keep &= z < window
        np.copyto(window, z, where=keep)
        np.copyto(index[y0:y1, x0:x1], np.int16(surface), where=keep)
    return Hits(depth, index)


def _meet_quadric(
    line: list[float], root: list[float], x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Which rays meet the quadric, and at which z (meaningless for those that do not)."""
    inside = (root[0] * x * x + root[1] * x + root[2]) + (root[3] * y * y + root[4] * y)
    if root[5]:
        inside += (root[5] * y) * x
    z = (line[0] * x + line[2]) + line[1] * y
    z -= np.sqrt(np.maximum(inside, 0))
    return inside >= 0, z


def _list_cuts(surfaces: Surfaces, table: PrimitiveTable) -> list[list[tuple[list[float], float, float]]]:
    """Per surface the linear fields that bound it, with their ranges: a cone's axis, then the clips."""
    axes, clips, ranges = surfaces.axis.tolist(), surfaces.clips.tolist(), table.clip_ranges.tolist()
    cuts = []
    for surface, primitive in enumerate(table.surface_primitives.tolist()):
        bounds = [(axes[surface], 0.0, 1.0)] if table.surface_is_cone[surface] else []
        for number in range(table.clip_counts[primitive]):
            bounds.append((clips[surface][number], *ranges[primitive][number]))
        cuts.append(bounds)
    return cuts


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


def _ray_polynomials(
    surfaces: Surfaces, faces: Bool[np.ndarray, " s"]
) -> tuple[list[bool], list[list[float]], list[list[float]]]:
    """Per surface: is it seen, z without the root (x, y, 1), and what is under it (xx, x, 1, yy, y, xy).

    A face is seen from its front only, and has nothing under the root.
    """
    a = surfaces.matrices[:, 2, 2]
    curved = a > 1e-6
    safe = np.where(curved, a, 1.0)
    bx, by, b1 = (
        surfaces.matrices[:, 2, 0] / safe,
        surfaces.matrices[:, 2, 1] / safe,
        surfaces.vectors[:, 2] / safe,
    )
    lines = np.stack([-bx, -by, -b1], axis=1)
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
    ahead = faces & (surfaces.vectors[:, 2] < -1e-6)
    depth = np.where(ahead, surfaces.vectors[:, 2], 1.0)[:, None]
    planes = np.concatenate([surfaces.vectors[:, :2], 0.5 * surfaces.constants[:, None]], axis=1) / -depth
    lines[faces], roots[faces] = planes[faces], 0.0
    return (curved & ~faces | ahead).tolist(), lines.tolist(), roots.tolist()


def _pixel_boxes(
    boxes: np.ndarray[Any, Any], xs: np.ndarray[Any, Any], ys: np.ndarray[Any, Any]
) -> list[list[int]]:
    step = np.array([xs[1] - xs[0], ys[1] - ys[0]], dtype=np.float64)
    low = np.floor((boxes[:, :2] - np.array([xs[0], ys[0]])) / step).astype(np.int64)
    high = np.ceil((boxes[:, 2:] - np.array([xs[0], ys[0]])) / step).astype(np.int64) + 1
    size = np.array([len(xs), len(ys)])
    bounds: list[list[int]] = np.concatenate([np.clip(low, 0, size), np.clip(high, 0, size)], axis=1).tolist()
    return bounds
