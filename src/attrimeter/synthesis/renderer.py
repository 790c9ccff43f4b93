"""The picture and part mask of a person in a view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float32, UInt8

from attrimeter.errors import SettingsError
from attrimeter.schemas import OCCLUDER_LABEL
from attrimeter.synthesis.background import draw_background
from attrimeter.synthesis.body import tabulate_body
from attrimeter.synthesis.cameras import CAMERAS
from attrimeter.synthesis.occlusion import draw_occluder
from attrimeter.synthesis.primitives import PrimitiveTable
from attrimeter.synthesis.projection import camera_rotation, project_primitives
from attrimeter.synthesis.raycast import Hits, cast_rays
from attrimeter.synthesis.sensor import expose_sensor
from attrimeter.synthesis.shading import shade_hits
from attrimeter.synthesis.skeleton import BODY_HEIGHT, Bone, Frames, pose_skeleton
from attrimeter.synthesis.specification import PersonSpecification
from attrimeter.synthesis.view import View

SUPERSAMPLING = 2
"""Samples per pixel in each direction."""

DEFAULT_SIZE = (128, 64)


@dataclass(frozen=True)
class RenderedPerson:
    """A picture (RGB) and the part mask of the same size.

    The mask holds 0 for background, i + 1 for BODY_PARTS[i], OCCLUDER_LABEL for what stands in front.
    """

    image: UInt8[np.ndarray, "h w 3"]
    mask: UInt8[np.ndarray, "h w"]


def render_person(
    person: PersonSpecification, view: View, size: tuple[int, int] = DEFAULT_SIZE
) -> RenderedPerson:
    """Draw the person as seen in that view, ``size`` = (height, width) pixels.

    Background, light, pose, occluder and noise depend on the view alone, so editing one attribute group
    changes only pixels within :data:`attrimeter.synthesis.sensor.BLUR_RADIUS` of where its surfaces are
    seen before or after.

    Raises:
        SettingsError: a side below 16 pixels.
    """
    height, width = size
    if min(size) < 16:
        raise SettingsError(f"A picture of {height} x {width} is too small; give at least 16 x 16.")
    table = tabulate_body(person)
    frames = pose_skeleton(view, shoulder=person.gender.shoulder)
    surfaces = project_primitives(
        table,
        frames,
        azimuth=view.azimuth,
        elevation=view.elevation,
        distance=CAMERAS[view.camera - 1].distance,
    )
    xs, ys = _sample_grid(view, height, width)
    hits = cast_rays(surfaces, table, xs, ys)
    samples = shade_hits(hits, surfaces, table, person, view, xs, ys)
    light = draw_background(view, height, width)
    _add_ground_shadow(light, view, frames)
    _blend_samples(light, samples.positions, samples.colours)
    mask = _part_mask(hits, table)
    if view.occluder is not None:
        alpha, colour = draw_occluder(view.occluder, height, width)
        light += alpha[..., None] * (colour - light)
        mask[alpha > 0.5] = OCCLUDER_LABEL
    image = expose_sensor(
        light, CAMERAS[view.camera - 1], exposure=view.exposure, noise_seed=view.noise_seed
    )
    return RenderedPerson(image, mask)


def render_batch(
    persons: Sequence[PersonSpecification], views: Sequence[View], size: tuple[int, int] = DEFAULT_SIZE
) -> tuple[UInt8[np.ndarray, "n h w 3"], UInt8[np.ndarray, "n h w"]]:
    """Draw ``persons[i]`` in ``views[i]`` for all i: pictures and part masks; both empty for no persons.

    Raises:
        SettingsError: not as many views as persons, or a side below 16 pixels.
    """
    if len(persons) != len(views):
        raise SettingsError(
            f"{len(persons)} persons came with {len(views)} views; give one view for each person."
        )
    images = np.empty((len(persons), *size, 3), dtype=np.uint8)
    masks = np.empty((len(persons), *size), dtype=np.uint8)
    for index, (person, view) in enumerate(zip(persons, views, strict=True)):
        rendered = render_person(person, view, size)
        images[index], masks[index] = rendered.image, rendered.mask
    return images, masks


def _pixels_per_metre(view: View, height: int) -> float:
    return view.scale * height / BODY_HEIGHT


def _sample_grid(
    view: View, height: int, width: int
) -> tuple[Float32[np.ndarray, " w"], Float32[np.ndarray, " h"]]:
    """Positions of the samples in the picture plane, in metres around the body's middle."""
    per_metre = _pixels_per_metre(view, height)
    columns = (np.arange(width * SUPERSAMPLING) + 0.5) / SUPERSAMPLING - width * (0.5 + view.shift_x)
    rows = (np.arange(height * SUPERSAMPLING) + 0.5) / SUPERSAMPLING - height * (0.5 + view.shift_y)
    return (columns / per_metre).astype(np.float32), (rows / per_metre).astype(np.float32)


def _blend_samples(
    light: np.ndarray[Any, Any], positions: np.ndarray[Any, Any], colours: np.ndarray[Any, Any]
) -> None:
    """Average each pixel's samples over the light behind them, in place."""
    height, width = light.shape[:2]
    grid = (height, SUPERSAMPLING, width, SUPERSAMPLING)
    layers = np.zeros((4, height * width * SUPERSAMPLING**2), dtype=np.float32)
    layers[:3, positions] = colours
    layers[3, positions] = 1
    mean = _pool(layers.reshape(4, *grid)) / np.float32(SUPERSAMPLING**2)
    light *= (1 - mean[3])[..., None]
    light += np.moveaxis(mean[:3], 0, -1)


def _pool(layers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    rows = layers[:, :, 0] + layers[:, :, 1]
    pooled: np.ndarray[Any, Any] = rows[..., 0] + rows[..., 1]
    return pooled


def _part_mask(hits: Hits, table: PrimitiveTable) -> UInt8[np.ndarray, "h w"]:
    """The commonest label among the samples of each pixel; where all differ, a middle one."""
    labels = np.append(table.parts[table.surface_primitives], 0).astype(np.uint8)[hits.surface]
    height, width = labels.shape[0] // SUPERSAMPLING, labels.shape[1] // SUPERSAMPLING
    samples = labels.reshape(height, SUPERSAMPLING, width, SUPERSAMPLING)
    a, b, c, d = samples[:, 0, :, 0], samples[:, 0, :, 1], samples[:, 1, :, 0], samples[:, 1, :, 1]
    return np.where((b == c) | (b == d), b, np.where((c == d) & (a != b), c, a))


def _add_ground_shadow(light: np.ndarray[Any, Any], view: View, frames: Frames) -> None:
    """Darken the ground where the feet stand, by the view's pose alone, in place."""
    height, width = light.shape[:2]
    per_metre = _pixels_per_metre(view, height)
    camera = camera_rotation(view.azimuth, view.elevation)
    for foot in (Bone.FOOT_L, Bone.FOOT_R):
        u = 0.088 if foot == Bone.FOOT_L else -0.088
        x, y, z = (frames.rotations[foot] * np.array([u, 0.02, 0.03])).sum(axis=1) + frames.offsets[foot]
        column = width * (0.5 + view.shift_x) + per_metre * (camera[0, 0] * x + camera[0, 2] * z)
        depth = camera[1, 0] * x + camera[1, 2] * z + camera[1, 1] * -0.875
        row = height * (0.5 + view.shift_y) + per_metre * depth
        xs = (np.arange(width, dtype=np.float32) - np.float32(column)) / np.float32(0.26 * per_metre)
        ys = (np.arange(height, dtype=np.float32) - np.float32(row)) / np.float32(0.075 * per_metre)
        fall = np.maximum(0, 1 - (ys * ys)[:, None] - (xs * xs)[None, :])
        light *= (1 - np.float32(0.55) * np.minimum(1, 1.6 * fall) * np.float32(max(0.25, 1 - 4 * y)))[..., None]
