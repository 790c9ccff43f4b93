"""Tops, sleeves, trousers and skirts as primitives around the body, in rest-pose coordinates (metres)."""

from __future__ import annotations

from dataclasses import replace

from attrimeter.synthesis.person.anatomy import SIDES, on_side
from attrimeter.synthesis.person.primitives import Clip, Material, Piece, Primitive, Vector, ellipsoid
from attrimeter.synthesis.person.skeleton import (
    ELBOW_HEIGHT,
    HIP_HALF_WIDTH,
    HIP_HEIGHT,
    KNEE_HEIGHT,
    WAIST_HEIGHT,
    WRIST_HEIGHT,
    Bone,
)
from attrimeter.synthesis.specification import Build, PersonSpecification

TOP_HEM = 0.945
CHEST_DEPTH = 0.66
PELVIS_DEPTH = 0.70
_OPEN = (Piece.START, Piece.CONE)
SHOULDER_TOP = 1.400
"""Height of the middle of the shoulder's ball."""


def make_top(build: Build) -> list[Primitive]:
    """The trunk of the top, from the shoulders to its hem just below the waist."""
    torso, upper = Bone.TORSO, Material.UPPER
    chest, waist, depth = build.chest, build.waist, (1.0, 1.0, CHEST_DEPTH)
    shapes = [
        Primitive(torso, upper, "torso", (0, 1.325, -0.004), (0, 1.13, 0), chest, waist + 0.006, depth),
        Primitive(
            torso,
            upper,
            "torso",
            (0, 1.13, 0),
            (0, TOP_HEM, 0),
            waist + 0.008,
            max(build.hip, build.waist - 0.006) + 0.014,
            (1.0, 1.0, 0.75),
            pieces=(Piece.CONE,),
        ),
    ]
    for side in SIDES:
        neck = (side * 0.035, 1.452, -0.012)
        shoulder = (side * (build.shoulder - 0.014), SHOULDER_TOP, 0.0)
        shapes.append(Primitive(torso, upper, "torso", neck, shoulder, 0.048, 0.049 * build.limb + 0.004))
    if build.bust > 0:
        apex, collar, belt = (0.0, 1.27, 0.55 * build.bust), (0.0, 1.41, 0.0), (0.0, 1.12, 0.0)
        flat = (1.0, 1.0, 0.70)
        shapes += [
            Primitive(torso, upper, "torso", apex, collar, 0.112, 0.085, flat, (Piece.START, Piece.CONE)),
            Primitive(torso, upper, "torso", apex, belt, 0.112, waist, flat, (Piece.CONE,)),
        ]
    return shapes


def make_sleeves(person: PersonSpecification) -> list[Primitive]:
    """Short sleeves end open above the elbow, long ones at the wrist."""
    make = _make_short_sleeve if person.sleeve.short else _make_long_sleeve
    return [shape for side in SIDES for shape in make(person, side)]


def _make_short_sleeve(person: PersonSpecification, side: int) -> list[Primitive]:
    bone = on_side(side, Bone.UPPER_ARM_L, Bone.UPPER_ARM_R)
    shoulder, elbow, _ = _arm_joints(person.gender, side)
    thick = 0.049 * person.gender.limb + 0.005
    wide = thick + person.sleeve.ease - 0.008
    sleeve = Primitive(bone, Material.UPPER, "arms", shoulder, elbow, thick, wide, pieces=_OPEN)
    return [replace(sleeve, clips=(_above(bone, person.sleeve.hem),))]


def _make_long_sleeve(person: PersonSpecification, side: int) -> list[Primitive]:
    upper = on_side(side, Bone.UPPER_ARM_L, Bone.UPPER_ARM_R)
    fore = on_side(side, Bone.FOREARM_L, Bone.FOREARM_R)
    shoulder, elbow, wrist = _arm_joints(person.gender, side)
    girth, ease = person.gender.limb, person.sleeve.ease
    thick, middle, thin = 0.049 * girth + 0.005, 0.038 * girth + ease, 0.027 * girth + ease
    lower = Primitive(fore, Material.UPPER, "arms", elbow, wrist, middle, thin, pieces=_OPEN)
    return [
        Primitive(upper, Material.UPPER, "arms", shoulder, elbow, thick, middle),
        replace(lower, clips=(_above(fore, person.sleeve.hem),)),
    ]


def _arm_joints(build: Build, side: int) -> tuple[Vector, Vector, Vector]:
    u = side * build.shoulder
    return (u - side * 0.012, SHOULDER_TOP, 0.0), (u, ELBOW_HEIGHT, 0.0), (u, WRIST_HEIGHT - 0.02, 0.0)


def _above(bone: Bone, height: float, top: float = 1e9) -> Clip:
    return Clip(bone, (0.0, 1.0, 0.0), height, top)


def make_lower(person: PersonSpecification) -> list[Primitive]:
    """Trousers, shorts, or a skirt of either length (a dress is a top with a skirt)."""
    return _make_skirt(person) if person.type.skirt else _make_trousers(person)


def _make_trousers(person: PersonSpecification) -> list[Primitive]:
    make = _make_short_leg if person.length.short else _make_long_leg
    return _make_seat(person.gender) + [shape for side in SIDES for shape in make(person, side)]


def _make_short_leg(person: PersonSpecification, side: int) -> list[Primitive]:
    bone = on_side(side, Bone.THIGH_L, Bone.THIGH_R)
    hip, knee = _leg_joints(side)
    girth, ease = 0.5 + 0.5 * person.gender.limb, person.type.ease
    wide, opening = 0.088 * girth + 0.006 * ease, 0.072 * girth + 0.022 * ease
    leg = Primitive(bone, Material.LOWER, "thighs", hip, knee, wide, opening, pieces=_OPEN)
    return [replace(leg, clips=(_above(bone, person.length.hem),))]


def _make_long_leg(person: PersonSpecification, side: int) -> list[Primitive]:
    thigh = on_side(side, Bone.THIGH_L, Bone.THIGH_R)
    shin = on_side(side, Bone.SHIN_L, Bone.SHIN_R)
    hip, knee = _leg_joints(side)
    ankle = (side * HIP_HALF_WIDTH, 0.06, -0.01)
    girth, ease = 0.5 + 0.5 * person.gender.limb, person.type.ease
    wide, middle, opening = 0.088 * girth + 0.006 * ease, 0.062 * girth + 0.018 * ease, 0.048 + 0.024 * ease
    lower = Primitive(shin, Material.LOWER, "shins", knee, ankle, middle, opening, pieces=_OPEN)
    return [
        Primitive(thigh, Material.LOWER, "thighs", hip, knee, wide, middle),
        replace(lower, clips=(_above(shin, person.length.hem),)),
    ]


def _leg_joints(side: int) -> tuple[Vector, Vector]:
    u = side * HIP_HALF_WIDTH
    return (u * 0.95, HIP_HEIGHT - 0.04, 0.0), (u, KNEE_HEIGHT, 0.004)


def _make_seat(build: Build) -> list[Primitive]:
    waist, crotch = (0.0, 1.0, 0.0), (0.0, 0.905, -0.004)
    pelvis = Primitive(
        Bone.PELVIS,
        Material.LOWER,
        "thighs",
        waist,
        crotch,
        min(build.waist, build.hip) - 0.012,
        build.hip - 0.004,
        (1.0, 0.55, PELVIS_DEPTH),
    )
    buttocks = [
        ellipsoid(Bone.PELVIS, Material.LOWER, "thighs", (side * 0.062, 0.90, -0.040), (0.085, 0.105, 0.082))
        for side in SIDES
    ]
    return [pelvis, *buttocks]


def _make_skirt(person: PersonSpecification) -> list[Primitive]:
    build, ease = person.gender, person.type.ease
    hem = person.length.hem + (0.0 if person.length.short else 0.05)
    flare = 0.16 + 0.12 * ease if person.length.short else 0.035 + 0.075 * ease
    hip, widest = build.hip + 0.006, build.hip + 0.006 + flare * (1.01 - hem)
    waist, seat, end = (0.0, WAIST_HEIGHT, 0.0), (0.0, 0.91, -0.01), (0.0, hem - 0.1, -0.01)
    bone, lower, scale = Bone.PELVIS, Material.LOWER, (1.0, 1.0, 0.82)
    yoke = Primitive(
        bone,
        lower,
        "thighs",
        waist,
        seat,
        build.waist,
        hip,
        scale,
        (Piece.CONE, Piece.END),
        (_above(bone, 0.90),),
    )
    fall = Primitive(bone, lower, "thighs", seat, end, hip, widest, scale, _OPEN)
    shapes = [yoke, replace(fall, clips=(_above(bone, max(hem, KNEE_HEIGHT), 0.915),))]
    if hem < KNEE_HEIGHT:
        shapes.append(replace(fall, part="shins", clips=(_above(bone, hem, KNEE_HEIGHT),)))
    return shapes
