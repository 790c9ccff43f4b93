"""Exact hits against marching along each ray through the definition of the solids."""

from __future__ import annotations

import numpy as np
import pytest

from attrimeter.synthesis.drawing.projection import LOOK_AT_HEIGHT, camera_rotation, project_primitives
from attrimeter.synthesis.drawing.raycast import cast_rays
from attrimeter.synthesis.person.primitives import (
    Clip,
    Material,
    Piece,
    Primitive,
    box,
    ellipsoid,
    tabulate_primitives,
)
from attrimeter.synthesis.person.skeleton import Bone, Frames

FAR = 1e7
AZIMUTH, ELEVATION = 35.0, 20.0
CENTRE = np.array([0.0, LOOK_AT_HEIGHT, 0.0])
XS = np.linspace(-0.3, 0.3, 31, dtype=np.float32)
YS = np.linspace(-0.3, 0.3, 29, dtype=np.float32)
ZS = np.linspace(-0.6, 0.6, 801)


def cast(primitives):
    still = Frames(np.tile(np.eye(3), (len(Bone), 1, 1)), np.zeros((len(Bone), 3)))
    table = tabulate_primitives(primitives)
    surfaces = project_primitives(table, still, azimuth=AZIMUTH, elevation=ELEVATION, distance=FAR)
    return cast_rays(surfaces, table, XS, YS), surfaces, table


def march(inside):
    """Depth of the first sample along each ray inside the solid (a function of rest points)."""
    x, y, z = np.meshgrid(XS, YS, ZS, indexing="xy")
    points = np.stack([x, y, z], axis=-1) @ camera_rotation(AZIMUTH, ELEVATION) + CENTRE
    hit = inside(points)
    return np.where(hit.any(axis=-1), ZS[hit.argmax(axis=-1)], 1e9)


def inside_rounded_cone(primitive):
    def inside(points):
        scale = np.array(primitive.scale)
        y = (points - primitive.start) / scale
        e = (np.array(primitive.end) - primitive.start) / scale
        found = np.zeros(points.shape[:-1], dtype=bool)
        for s in np.linspace(0, 1, 61):
            radius = primitive.radius + s * (primitive.end_radius - primitive.radius)
            found |= ((y - s * e) ** 2).sum(axis=-1) < radius**2
        return found

    return inside


def compare(depth, marched, *, allowed_rim):
    """Equal within a step, but for rays that only graze the outline."""
    both = (depth < 1e8) & (marched < 1e8)
    assert both.sum() > 60
    rim = (depth < 1e8) != (marched < 1e8)
    assert rim.sum() <= allowed_rim
    close = np.abs(depth - marched)[both] < 0.004
    assert close.mean() > 0.985


@pytest.mark.parametrize(
    ("start", "end", "radii", "scale"),
    [
        ((0.05, -0.15, 0.0), (-0.05, 0.1, 0.08), (0.12, 0.05), (1, 1, 1)),
        ((0.0, 0.12, 0.05), (0.05, -0.12, 0.0), (0.06, 0.1), (1, 1, 0.6)),
        ((-0.1, 0.0, 0.0), (0.12, 0.02, -0.1), (0.07, 0.07), (0.7, 1.3, 1)),
    ],
)
def test_rounded_cones(start, end, radii, scale):
    primitive = Primitive(
        Bone.PELVIS,
        Material.SKIN,
        "arms",
        tuple(CENTRE + start),
        tuple(CENTRE + end),
        *radii,
        tuple(float(s) for s in scale),
    )
    hits, _, _ = cast([primitive])
    compare(hits.depth, march(inside_rounded_cone(primitive)), allowed_rim=8)


def test_ellipsoids_and_their_normals():
    radii = np.array([0.2, 0.12, 0.07])
    hits, surfaces, _ = cast([ellipsoid(Bone.PELVIS, Material.SKIN, "face", tuple(CENTRE), tuple(radii))])
    compare(hits.depth, march(lambda p: (((p - CENTRE) / radii) ** 2).sum(axis=-1) < 1), allowed_rim=8)
    rows, columns = np.nonzero(hits.surface == 0)
    points = np.stack([XS[columns], YS[rows], hits.depth[rows, columns]], axis=1).astype(np.float64)
    turn = camera_rotation(AZIMUTH, ELEVATION)
    gradient = (points @ turn / radii**2) @ turn.T
    offset = np.append(points - surfaces.centres[0], np.ones((len(points), 1)), axis=1)
    normals = offset @ surfaces.normal[0].T
    unit = [n / np.linalg.norm(n, axis=1, keepdims=True) for n in (gradient, normals)]
    np.testing.assert_allclose(unit[0], unit[1], atol=2e-3)
    assert (unit[1][:, 2] < 1e-3).all()


def test_boxes():
    halves = np.array([0.1, 0.15, 0.2])
    hits, _, table = cast(box(Bone.PELVIS, Material.BAG, "bag", tuple(CENTRE), tuple(halves)))
    compare(hits.depth, march(lambda p: (np.abs(p - CENTRE) < halves).all(axis=-1)), allowed_rim=12)
    assert len(np.unique(hits.surface[hits.surface >= 0])) == 3
    assert table.surface_is_face.all()


def test_clips_cut_the_surface_and_nothing_else():
    ball = ellipsoid(Bone.PELVIS, Material.SKIN, "face", tuple(CENTRE), (0.2, 0.2, 0.2))
    upper = Clip(Bone.PELVIS, (0.0, 1.0, 0.0), LOOK_AT_HEIGHT + 0.05, 1e9)
    lower = Clip(Bone.PELVIS, (0.0, 1.0, 0.0), -1e9, LOOK_AT_HEIGHT + 0.05)
    whole = cast([ball])[0].depth
    pieces = [
        cast([ellipsoid(Bone.PELVIS, Material.SKIN, "face", tuple(CENTRE), (0.2, 0.2, 0.2), clips=(clip,))])[
            0
        ].depth
        for clip in (upper, lower)
    ]
    np.testing.assert_array_equal(np.minimum(*pieces), whole)
    assert ((pieces[0] < 1e8) & (pieces[1] < 1e8)).sum() == 0
    assert all((piece < 1e8).sum() > 50 for piece in pieces)


def test_the_nearer_surface_is_seen_in_either_order():
    turn = camera_rotation(AZIMUTH, ELEVATION)
    near, far = (
        ellipsoid(Bone.PELVIS, Material.SKIN, "face", tuple(CENTRE + turn.T @ [0, 0, z]), (0.1, 0.1, 0.1))
        for z in (-0.3, 0.2)
    )
    one, other = cast([near, far])[0], cast([far, near])[0]
    np.testing.assert_array_equal(one.depth, other.depth)
    assert set(np.unique(one.surface)) == {-1, 0}
    assert set(np.unique(other.surface)) == {-1, 1}


def test_open_cones_have_no_caps():
    tube = Primitive(
        Bone.PELVIS,
        Material.LOWER,
        "thighs",
        (0.0, LOOK_AT_HEIGHT + 0.1, 0.0),
        (0.0, LOOK_AT_HEIGHT - 0.1, 0.0),
        0.1,
        0.12,
        pieces=(Piece.CONE,),
    )
    hits, surfaces, _ = cast([tube])
    rows, columns = np.nonzero(hits.surface == 0)
    offset = np.stack([XS[columns], YS[rows], hits.depth[rows, columns], np.ones(len(rows))], axis=1)
    offset[:, :3] -= surfaces.centres[0]
    along = offset @ surfaces.axis[0]
    assert len(along) > 60
    assert along.min() >= -1e-4
    assert along.max() <= 1 + 1e-4
