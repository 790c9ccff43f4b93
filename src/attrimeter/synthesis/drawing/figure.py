"""A person alone, without scene or camera sensor: light, cover and part labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float32, UInt8

from attrimeter.synthesis.drawing.projection import project_primitives, sample_grid
from attrimeter.synthesis.drawing.raycast import Hits, cast_rays
from attrimeter.synthesis.drawing.shading import shade_hits
from attrimeter.synthesis.person.body import tabulate_body
from attrimeter.synthesis.person.primitives import PrimitiveTable
from attrimeter.synthesis.person.skeleton import Frames
from attrimeter.synthesis.scene.cameras import CAMERAS
from attrimeter.synthesis.specification import PersonSpecification
from attrimeter.synthesis.view import View

SUPERSAMPLING = 2
"""Samples per pixel in each direction."""


@dataclass(frozen=True)
class Figure:
    """A drawn person.

    Attributes:
        light: linear light, already weighted by the cover.
        cover: share of each pixel that the person covers, 0 to 1.
        labels: part labels, 0 outside.
    """

    light: Float32[np.ndarray, "h w 3"]
    cover: Float32[np.ndarray, "h w"]
    labels: UInt8[np.ndarray, "h w"]


def draw_figure(person: PersonSpecification, view: View, frames: Frames, height: int, width: int) -> Figure:
    """Cast rays at the person in that pose and view, and average the samples of each pixel."""
    table = tabulate_body(person)
    surfaces = project_primitives(
        table,
        frames,
        azimuth=view.azimuth,
        elevation=view.elevation,
        distance=CAMERAS[view.camera - 1].distance,
    )
    xs, ys = sample_grid(view, height, width, SUPERSAMPLING)
    hits = cast_rays(surfaces, table, xs, ys)
    samples = shade_hits(hits, surfaces, table, person, view, xs, ys)
    layers = np.zeros((4, height * width * SUPERSAMPLING**2), dtype=np.float32)
    layers[:3, samples.positions] = samples.colours
    layers[3, samples.positions] = 1
    mean = _pool(layers.reshape(4, height, SUPERSAMPLING, width, SUPERSAMPLING))
    return Figure(np.moveaxis(mean[:3], 0, -1), mean[3], _label_pixels(hits, table))


def _pool(layers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    rows = layers[:, :, 0] + layers[:, :, 1]
    pooled: np.ndarray[Any, Any] = (rows[..., 0] + rows[..., 1]) / np.float32(SUPERSAMPLING**2)
    return pooled


def _label_pixels(hits: Hits, table: PrimitiveTable) -> UInt8[np.ndarray, "h w"]:
    """The commonest label among the four samples of each pixel; the first where there is no majority."""
    labels = np.append(table.parts[table.surface_primitives], 0).astype(np.uint8)[hits.surface]
    a, b, c, d = labels[::2, ::2], labels[::2, 1::2], labels[1::2, ::2], labels[1::2, 1::2]
    common: np.ndarray[Any, Any] = np.where((b == c) | (b == d), b, np.where((c == d) & (a != b), c, a))
    return common
