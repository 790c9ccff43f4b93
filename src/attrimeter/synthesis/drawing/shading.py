"""Light on the visible surface samples: sky from above, one directed light, and darker grazing edges."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any

import numpy as np
from jaxtyping import Float32, Int64

from attrimeter.synthesis.drawing.projection import Surfaces
from attrimeter.synthesis.drawing.raycast import Hits
from attrimeter.synthesis.palette import to_linear
from attrimeter.synthesis.person.materials import base_colours, paint_samples
from attrimeter.synthesis.person.primitives import PrimitiveTable
from attrimeter.synthesis.scenes import find_scene
from attrimeter.synthesis.specification import PersonSpecification
from attrimeter.synthesis.view import View

_WRAP = 0.25
"""How far the directed light reaches around the edge between light and dark."""


@dataclass(frozen=True)
class Samples:
    """The samples that met something: where in the flat sample grid, and their linear colour."""

    positions: Int64[np.ndarray, " n"]
    colours: Float32[np.ndarray, "3 n"]


def shade_hits(
    hits: Hits,
    surfaces: Surfaces,
    table: PrimitiveTable,
    person: PersonSpecification,
    view: View,
    xs: Float32[np.ndarray, " w"],
    ys: Float32[np.ndarray, " h"],
) -> Samples:
    """Colour every sample that met a surface; each depends on its own surface alone."""
    flat = hits.surface.ravel()
    positions = np.flatnonzero(flat >= 0)
    surface = flat[positions].astype(np.int64)
    row, column = np.divmod(positions, len(xs))
    centre = surfaces.centres.astype(np.float32)
    point = (
        xs[column] - centre[surface, 0],
        ys[row] - centre[surface, 1],
        hits.depth.ravel()[positions] - centre[surface, 2],
    )
    primitive = table.surface_primitives[surface]
    colours = np.ascontiguousarray(base_colours(person, table)[primitive].T)
    paint_samples(person, table.materials[primitive], colours, _evaluate(surfaces.rest, surface, point))
    normal = _evaluate(surfaces.normal, surface, point)
    normal /= np.sqrt(normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2] + 1e-20)
    colours *= light_on(normal, view)
    return Samples(positions, colours)


def light_on(normal: Float32[np.ndarray, "3 n"], view: View) -> Float32[np.ndarray, "3 n"]:
    """Linear light on surfaces with those camera-space normals (x right, y down, z away)."""
    tilt = radians(view.elevation)
    upward = -cos(tilt) * normal[1] - sin(tilt) * normal[2]
    azimuth, height = radians(view.light_azimuth), radians(view.light_elevation)
    toward_light = (
        sin(azimuth) * cos(height) * normal[0]
        - sin(height) * normal[1]
        - cos(azimuth) * cos(height) * normal[2]
    )
    kind = find_scene(view.scene).light
    sky = kind.ambient * (1.0 - 0.45 * view.sun) * (0.68 + 0.32 * upward)
    sun = (0.85 * view.sun / (1 + _WRAP)) * np.maximum(0, toward_light + _WRAP)
    edge = 0.62 + 0.38 * np.minimum(1, -1.35 * normal[2])
    sky_tint, lamp_tint = to_linear(kind.sky), to_linear(kind.lamp(view.camera))
    light: Any = sky_tint[:, None] * (sky * edge) + lamp_tint[:, None] * (sun * edge)
    return light.astype(np.float32)  # type: ignore[no-any-return]


def _evaluate(
    field: np.ndarray[Any, Any], surface: np.ndarray[Any, Any], point: tuple[Any, Any, Any]
) -> np.ndarray[Any, Any]:
    """The linear field (surfaces, 3, 4) at (x, y, z) of each sample, as (3, n)."""
    values = np.empty((3, len(surface)), dtype=np.float32)
    table = np.ascontiguousarray(np.moveaxis(field, 0, -1), dtype=np.float32)
    for axis in range(3):
        np.take(table[axis, 3], surface, out=values[axis])
        for term in range(3):
            values[axis] += np.take(table[axis, term], surface) * point[term]
    return values
