"""Backpack, shoulder bag and hand bag; straps are shells of the top, cut to a band, so that they hug it."""

from __future__ import annotations

from dataclasses import replace

from attrimeter.synthesis.person.anatomy import SIDES, on_side
from attrimeter.synthesis.person.clothing import make_top
from attrimeter.synthesis.person.primitives import Clip, Material, Primitive, box, ellipsoid
from attrimeter.synthesis.person.skeleton import HAND_HEIGHT, Bone
from attrimeter.synthesis.specification import Backpack, Bag, Build, Handbag

_STRAP_THICKNESS = 0.008


def _make_strap(
    build: Build, material: Material, part: str, clips: tuple[Clip, ...], *, above: float = 0.0
) -> list[Primitive]:
    """The top's surface, thicker by a strap, kept only within the clips."""
    return [
        replace(
            shape,
            material=material,
            part=part,
            radius=shape.radius + _STRAP_THICKNESS,
            end_radius=shape.end_radius + _STRAP_THICKNESS,
            clips=clips,
        )
        for shape in make_top(build)
        if max(shape.start[1], shape.end[1]) > above
    ]


def make_backpack(backpack: Backpack | None, build: Build) -> list[Primitive]:
    """A sack on the back with a front pocket, and two straps over the shoulders down to the armpits."""
    if backpack is None:
        return []
    size, torso, material = backpack.size, Bone.TORSO, Material.BACKPACK
    shapes = [
        Primitive(
            torso,
            material,
            "backpack",
            (0.0, 1.365, -0.165),
            (0.0, 1.115, -0.175),
            0.128 * size,
            0.150 * size,
            (1.0, 0.75, 0.62),
        ),
        ellipsoid(
            torso,
            material,
            "backpack",
            (0.0, 1.165, -0.250),
            (0.110 * size, 0.095 * size, 0.052 * size),
            tone=0.85,
        ),
    ]
    for side in SIDES:
        centre = side * 0.60 * build.shoulder
        clips = (
            Clip(torso, (1.0, 0.0, 0.0), centre - 0.023, centre + 0.023),
            Clip(torso, (0.0, 1.0, 0.0), 1.14, 1e9),
            Clip(torso, (0.0, 0.0, 1.0), -0.06, 1e9),
        )
        straps = _make_strap(build, material, "backpack", clips, above=1.2)
        shapes += [shape for shape in straps if shape.start[0] * side >= 0]
    return shapes


def make_bag(bag: Bag | None, build: Build) -> list[Primitive]:
    """A bag at the hip; its strap runs across the chest, or hangs from the shoulder of the same side."""
    if bag is None:
        return []
    torso, side, size = Bone.TORSO, bag.side, bag.size
    if bag.strap == "cross":
        normal = (0.867 * side, 0.498, 0.0)
        middle = 0.867 * -0.085 + 0.498 * 1.46
        clips: tuple[Clip, ...] = (Clip(torso, normal, middle - 0.017, middle + 0.017),)
        height = 0.93
    else:
        middle = side * 0.68 * build.shoulder
        clips = (
            Clip(torso, (1.0, 0.0, 0.0), middle - 0.016, middle + 0.016),
            Clip(torso, (0.0, 1.0, 0.0), 1.10, 1e9),
        )
        height = 1.03
    u = side * (build.hip + 0.045)
    centre, halves = (u, height, 0.02), (0.042, 0.095 * size, 0.135 * size)
    flap, flap_halves = (u, height + 0.042 * size, 0.02), (0.047, 0.058 * size, 0.139 * size)
    shapes = [
        *box(Bone.PELVIS, Material.BAG, "bag", centre, halves),
        *box(Bone.PELVIS, Material.BAG, "bag", flap, flap_halves, tone=0.7),
    ]
    straps = _make_strap(build, Material.TRIM, "bag", clips)
    return shapes + [shape for shape in straps if bag.strap == "cross" or shape.start[0] * side >= 0]


def make_handbag(handbag: Handbag | None, build: Build) -> list[Primitive]:
    """A flat tote with two handles, or a carrier bag that bulges; both hang upright from the hand."""
    if handbag is None:
        return []
    bone = on_side(handbag.side, Bone.HANG_L, Bone.HANG_R)
    fore = on_side(handbag.side, Bone.FOREARM_L, Bone.FOREARM_R)
    u, size, material = handbag.side * build.shoulder, handbag.size, Material.HANDBAG
    top = HAND_HEIGHT - 0.13
    handles = [
        Primitive(
            bone,
            Material.TRIM,
            "handbag",
            (u, HAND_HEIGHT, 0.0),
            (u, top, 0.085 * w * size),
            0.010,
            0.010,
        )
        for w in SIDES
    ]
    grip = ellipsoid(fore, material, "handbag", (u, HAND_HEIGHT - 0.005, 0.012), (0.018, 0.014, 0.045))
    if handbag.style == "carrier":
        sack = Primitive(
            bone,
            material,
            "handbag",
            (u, top + 0.06, 0.0),
            (u, top - 0.17 * size, 0.0),
            0.022,
            0.125 * size,
            (0.62, 1.0, 1.0),
        )
        return [grip, sack]
    middle, halves = (u, top - 0.125 * size, 0.0), (0.045, 0.135 * size, 0.150 * size)
    band, band_halves = (u, top - 0.02 * size, 0.0), (0.047, 0.02 * size, 0.152 * size)
    return [
        grip,
        *handles,
        *box(bone, material, "handbag", middle, halves),
        *box(bone, Material.TRIM, "handbag", band, band_halves),
    ]
