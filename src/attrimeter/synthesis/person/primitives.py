"""The one solid that everything is made of: a rounded cone, scaled along the body axes, and cut by planes.

A rounded cone is the union of all balls whose centre runs from ``start`` to ``end`` while the radius goes
from ``radius`` to ``end_radius``. With start = end it is a ball; scaled, an ellipsoid. Its surface has up
to three pieces, each a quadric: the ball at the start, the cone between, the ball at the end. Boxes are
made of a fourth piece: a plane, cut to a rectangle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from math import hypot
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64, Int64

from attrimeter.schemas import BODY_PARTS
from attrimeter.synthesis.person.skeleton import Bone

Vector = tuple[float, float, float]

PART_LABELS: dict[str, int] = {name: index + 1 for index, name in enumerate(BODY_PARTS)}
"""Body part -> its label in a part mask."""

MAX_CLIPS = 3


class Material(IntEnum):
    """What a surface is made of; decides how it is coloured."""

    SKIN = 0
    FACE = 1
    HAIR = 2
    UPPER = 3
    LOWER = 4
    SHOE = 5
    HAT = 6
    BACKPACK = 7
    BAG = 8
    HANDBAG = 9
    TRIM = 10


class Piece(IntEnum):
    """The pieces of a rounded cone's surface, and a flat FACE: the plane through ``start`` with the normal
    ``end - start``, whose radius only bounds it."""

    START = 0
    CONE = 1
    END = 2
    FACE = 3


class Clip(NamedTuple):
    """Keep what lies in low <= normal . q <= high, q being the rest point in that bone's frame."""

    bone: Bone
    normal: Vector
    low: float
    high: float


@dataclass(frozen=True)
class Primitive:
    """A rounded cone on a bone, in rest-pose body coordinates (metres).

    Attributes:
        bone: that it moves with.
        material: how it is coloured.
        part: name of the body part for the mask.
        start, end: centres of the two balls.
        radius, end_radius: of the two balls, before scaling.
        scale: stretch along u, v and w about ``start``.
        pieces: which surface pieces are drawn.
        clips: up to :data:`MAX_CLIPS` cuts.
        tone: factor on the colour's brightness (creases, undersides).
    """

    bone: Bone
    material: Material
    part: str
    start: Vector
    end: Vector
    radius: float
    end_radius: float
    scale: Vector = (1.0, 1.0, 1.0)
    pieces: tuple[Piece, ...] = (Piece.START, Piece.CONE, Piece.END)
    clips: tuple[Clip, ...] = ()
    tone: float = 1.0


def ellipsoid(
    bone: Bone,
    material: Material,
    part: str,
    centre: Vector,
    radii: Vector,
    *,
    clips: tuple[Clip, ...] = (),
    tone: float = 1.0,
) -> Primitive:
    """An ellipsoid with those half axes along u, v and w."""
    return Primitive(
        bone, material, part, centre, centre, 1.0, 1.0, radii, (Piece.START,), clips=clips, tone=tone
    )


def box(
    bone: Bone, material: Material, part: str, centre: Vector, halves: Vector, *, tone: float = 1.0
) -> list[Primitive]:
    """The six faces of a box along the body axes, with those half sides."""
    axes: tuple[Vector, ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    faces = []
    for axis, normal in enumerate(axes):
        clips = tuple(
            Clip(bone, other, centre[index] - halves[index], centre[index] + halves[index])
            for index, other in enumerate(axes)
            if index != axis
        )
        for side in (1, -1):
            start = _shift(centre, normal, side * halves[axis])
            end = _shift(start, normal, side * 0.01)
            reach = hypot(*(half for index, half in enumerate(halves) if index != axis))
            face = Primitive(bone, material, part, start, end, reach, reach, pieces=(Piece.FACE,), tone=tone)
            faces.append(replace(face, clips=clips))
    return faces


def _shift(point: Vector, direction: Vector, distance: float) -> Vector:
    u, v, w = (p + distance * d for p, d in zip(point, direction, strict=True))
    return u, v, w


@dataclass(frozen=True)
class PrimitiveTable:
    """Primitives as arrays, and the list of their surface pieces."""

    bones: Int64[np.ndarray, " n"]
    materials: Int64[np.ndarray, " n"]
    parts: Int64[np.ndarray, " n"]
    starts: Float64[np.ndarray, "n 3"]
    ends: Float64[np.ndarray, "n 3"]
    radii: Float64[np.ndarray, "n 2"]
    scales: Float64[np.ndarray, "n 3"]
    tones: Float64[np.ndarray, " n"]
    clip_bones: Int64[np.ndarray, "n clips"]
    clip_normals: Float64[np.ndarray, "n clips 3"]
    clip_ranges: Float64[np.ndarray, "n clips 2"]
    clip_counts: tuple[int, ...]
    surface_primitives: Int64[np.ndarray, " surfaces"]
    surface_is_cone: Bool[np.ndarray, " surfaces"]
    surface_is_end: Bool[np.ndarray, " surfaces"]
    surface_is_face: Bool[np.ndarray, " surfaces"]


def tabulate_primitives(primitives: Sequence[Primitive]) -> PrimitiveTable:
    """Pack the primitives, in order. The surfaces are listed primitive by primitive."""
    count = len(primitives)
    clip_bones = np.zeros((count, MAX_CLIPS), dtype=np.int64)
    clip_normals = np.zeros((count, MAX_CLIPS, 3))
    clip_ranges = np.tile(np.array([-1.0, 1.0]), (count, MAX_CLIPS, 1))
    for row, primitive in enumerate(primitives):
        for column, clip in enumerate(primitive.clips):
            clip_bones[row, column] = clip.bone
            clip_normals[row, column] = clip.normal
            clip_ranges[row, column] = clip.low, clip.high
    surfaces = [(row, piece) for row, primitive in enumerate(primitives) for piece in primitive.pieces]
    return PrimitiveTable(
        bones=np.array([p.bone for p in primitives], dtype=np.int64),
        materials=np.array([p.material for p in primitives], dtype=np.int64),
        parts=np.array([PART_LABELS[p.part] for p in primitives], dtype=np.int64),
        starts=np.array([p.start for p in primitives], dtype=np.float64),
        ends=np.array([p.end for p in primitives], dtype=np.float64),
        radii=np.array([(p.radius, p.end_radius) for p in primitives], dtype=np.float64),
        scales=np.array([p.scale for p in primitives], dtype=np.float64),
        tones=np.array([p.tone for p in primitives], dtype=np.float64),
        clip_bones=clip_bones,
        clip_normals=clip_normals,
        clip_ranges=clip_ranges,
        clip_counts=tuple(len(p.clips) for p in primitives),
        surface_primitives=np.array([row for row, _ in surfaces], dtype=np.int64),
        surface_is_cone=np.array([piece == Piece.CONE for _, piece in surfaces]),
        surface_is_end=np.array([piece == Piece.END for _, piece in surfaces]),
        surface_is_face=np.array([piece == Piece.FACE for _, piece in surfaces]),
    )
