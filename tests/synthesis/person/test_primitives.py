"""Packing primitives into arrays, and boxes made of faces."""

from __future__ import annotations

import numpy as np

from attrimeter.schemas import BODY_PARTS
from attrimeter.synthesis.person.primitives import (
    PART_LABELS,
    Clip,
    Material,
    Piece,
    Primitive,
    box,
    ellipsoid,
    tabulate_primitives,
)
from attrimeter.synthesis.person.skeleton import Bone

LIMB = Primitive(
    Bone.SHIN_L,
    Material.LOWER,
    "shins",
    (1.0, 2.0, 3.0),
    (4.0, 5.0, 6.0),
    0.3,
    0.2,
    (1.0, 0.5, 2.0),
    pieces=(Piece.START, Piece.CONE),
    clips=(Clip(Bone.PELVIS, (0.0, 1.0, 0.0), -1.0, 2.0), Clip(Bone.SHIN_L, (1.0, 0.0, 0.0), 0.0, 1.0)),
    tone=0.5,
)


def test_part_labels_are_those_of_the_masks():
    assert [PART_LABELS[name] for name in BODY_PARTS] == list(range(1, len(BODY_PARTS) + 1))


def test_table_holds_every_entry():
    ball = ellipsoid(Bone.HEAD, Material.HAIR, "hair", (0.0, 1.0, 0.0), (0.1, 0.2, 0.3))
    table = tabulate_primitives([ball, LIMB])
    np.testing.assert_array_equal(table.bones, [Bone.HEAD, Bone.SHIN_L])
    np.testing.assert_array_equal(table.materials, [Material.HAIR, Material.LOWER])
    np.testing.assert_array_equal(table.parts, [PART_LABELS["hair"], PART_LABELS["shins"]])
    np.testing.assert_array_equal(table.starts[0], table.ends[0])
    np.testing.assert_array_equal(table.ends[1], LIMB.end)
    np.testing.assert_array_equal(table.radii, [[1, 1], [0.3, 0.2]])
    np.testing.assert_array_equal(table.scales, [[0.1, 0.2, 0.3], [1, 0.5, 2]])
    np.testing.assert_array_equal(table.tones, [1, 0.5])
    assert table.clip_counts == (0, 2)
    np.testing.assert_array_equal(table.clip_bones[1, :2], [Bone.PELVIS, Bone.SHIN_L])
    np.testing.assert_array_equal(table.clip_ranges[1, :2], [[-1, 2], [0, 1]])
    np.testing.assert_array_equal(table.surface_primitives, [0, 1, 1])
    np.testing.assert_array_equal(table.surface_is_cone, [False, False, True])
    assert not table.surface_is_end.any()


def test_a_box_has_six_faces_that_look_outward_and_meet_at_its_corners():
    centre, halves = np.array([0.1, 1.0, -0.2]), np.array([0.1, 0.2, 0.3])
    faces = box(Bone.TORSO, Material.BAG, "bag", tuple(centre), tuple(halves))
    assert len(faces) == 6
    outward = set()
    for face in faces:
        normal = np.array(face.end) - face.start
        axis = int(np.abs(normal).argmax())
        sign = np.sign(normal[axis])
        outward.add((axis, sign))
        assert np.isclose(face.start[axis], centre[axis] + sign * halves[axis])
        widths = [clip.high - clip.low for clip in face.clips]
        np.testing.assert_allclose(widths, 2 * np.delete(halves, axis))
        assert face.radius >= np.hypot(*np.delete(halves, axis)) - 1e-12
    assert len(outward) == 6
