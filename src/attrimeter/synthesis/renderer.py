"""The picture and part mask of a person in a view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import UInt8

from attrimeter.errors import SettingsError
from attrimeter.ranges import check_number
from attrimeter.schemas import OCCLUDER_LABEL
from attrimeter.synthesis.drawing.figure import draw_figure
from attrimeter.synthesis.drawing.projection import find_pixel, pixels_per_metre
from attrimeter.synthesis.palette import to_linear
from attrimeter.synthesis.person.skeleton import HIP_HALF_WIDTH, Bone, Frames, pose_skeleton
from attrimeter.synthesis.scene.background import draw_background
from attrimeter.synthesis.scene.cameras import CAMERAS, Camera
from attrimeter.synthesis.scene.occlusion import draw_occluder
from attrimeter.synthesis.scene.sensor import expose_sensor
from attrimeter.synthesis.scenes import STANDARD, find_scene
from attrimeter.synthesis.specification import PersonSpecification
from attrimeter.synthesis.view import View

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
    changes only pixels within :data:`attrimeter.synthesis.scene.sensor.BLUR_RADIUS` of where its surfaces are
    seen before or after.

    Raises:
        SettingsError: a side outside 16 to 1,024 pixels.
    """
    check_size(size)
    height, width = size
    frames = pose_skeleton(view, shoulder=person.gender.shoulder)
    figure = draw_figure(person, view, frames, height, width)
    light, mask = draw_background(view, height, width), figure.labels
    _add_ground_shadow(light, view, frames)
    light *= (1 - figure.cover)[..., None]
    light += figure.light
    if view.occluder is not None:
        alpha, colour = draw_occluder(view.occluder, height, width)
        light += alpha[..., None] * (_lit(colour, view) - light)
        mask[alpha > 0.5] = OCCLUDER_LABEL
    image = expose_sensor(light, _sensor(view), exposure=view.exposure, noise_seed=view.noise_seed)
    return RenderedPerson(image, mask)


def render_batch(
    persons: Sequence[PersonSpecification], views: Sequence[View], size: tuple[int, int] = DEFAULT_SIZE
) -> tuple[UInt8[np.ndarray, "n h w 3"], UInt8[np.ndarray, "n h w"]]:
    """Draw ``persons[i]`` in ``views[i]`` for all i: pictures and part masks; both empty for no persons.

    Raises:
        SettingsError: not as many views as persons, or a side outside 16 to 1,024 pixels.
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


def check_size(size: tuple[int, int]) -> None:
    """Raise SettingsError if pictures of that (height, width) cannot be drawn."""
    for called, side in zip(("height", "width"), size, strict=True):
        check_number("side", side, called=f"The {called} of a picture")


def _sensor(view: View) -> Camera:
    camera = CAMERAS[view.camera - 1]
    return replace(camera, noise=camera.noise * find_scene(view.scene).light.noise)


def _lit(colour: np.ndarray[Any, Any], view: View) -> np.ndarray[Any, Any]:
    """What stands in front is drawn in daylight; under another light it is lit as the ground is."""
    if view.scene == STANDARD:
        return colour
    light = find_scene(view.scene).light
    lit: np.ndarray[Any, Any] = colour * (np.float32(light.ground) * to_linear(light.lamp(view.camera)))
    return lit


def _add_ground_shadow(light: np.ndarray[Any, Any], view: View, frames: Frames) -> None:
    """Darken the ground below the feet, by the view's pose alone, in place."""
    height, width = light.shape[:2]
    scale = pixels_per_metre(view, height)
    for foot, side in ((Bone.FOOT_L, 1), (Bone.FOOT_R, -1)):
        rest = np.array([side * HIP_HALF_WIDTH, 0.02, 0.03])
        u, v, w = (frames.rotations[foot] * rest).sum(axis=1) + frames.offsets[foot]
        column, row = find_pixel(view, (u, 0.0, w), height, width)
        xs = (np.arange(width, dtype=np.float32) - np.float32(column)) / np.float32(0.26 * scale)
        ys = (np.arange(height, dtype=np.float32) - np.float32(row)) / np.float32(0.075 * scale)
        fall = np.maximum(0, 1 - (ys * ys)[:, None] - (xs * xs)[None, :])
        depth = np.float32(0.55 * max(0.25, 1 - 4 * v))
        light *= (1 - depth * np.minimum(1, 1.6 * fall))[..., None]
