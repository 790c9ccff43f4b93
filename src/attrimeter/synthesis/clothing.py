"""Tops, sleeves, trousers and skirts as primitives around the body, in rest-pose coordinates (metres)."""

from __future__ import annotations

from attrimeter.synthesis.anatomy import SIDES, on_side
from attrimeter.synthesis.primitives import Clip, Material, Piece, Primitive, ellipsoid
from attrimeter.synthesis.skeleton import (
    ELBOW_HEIGHT,
    HIP_HALF_WIDTH,
    HIP_HEIGHT,
    KNEE_HEIGHT,
    SHOULDER_HEIGHT,
    WAIST_HEIGHT,
    WRIST_HEIGHT,
    Bone,
)
from attrimeter.synthesis.specification import Build, PersonSpecification

TOP_HEM = 0.945
CHEST_DEPTH = 0.66
PELVIS_DEPTH = 0.74


def make_top(build: Build) -> list[Primitive]:
    """The trunk of the top, from the shoulders to its hem just below the waist."""
    torso, upper = Bone.TORSO, Material.UPPER
    chest, waist, depth = build.chest, build.waist, (1.0, 1.0, CHEST_DEPTH)
    shapes = [
        Primitive(
            torso, upper, "torso", (0, 1.325, -0.004), (0, 1.13, 0), chest, waist + 0.006, depth
        ),
        Primitive(
            torso,
            upper,
            "torso",
            (0, 1.13, 0),
            (0, TOP_HEM, 0),
            waist + 0.008,
            build.hip + 0.012,
            (1.0, 1.0, 0.72),
            pieces=(Piece.CONE,),
        ),
    ]
    for side in SIDES:
        shapes.append(
            Primitive(
                torso,
                upper,
                "torso",
                (side * 0.045, 1.437, -0.012),
                (side * (build.shoulder - 0.012), SHOULDER_HEIGHT - 0.018, -0.005),
                0.056,
                0.058,
            )
        )
        if build.bust > 0:
            shapes.append(
                ellipsoid(
                    torso,
                    upper,
                    "torso",
                    (side * 0.066, 1.265, 0.055),
                    (0.066, 0.070, build.bust),
                )
            )
    return shapes


def make_sleeves(person: PersonSpecification) -> list[Primitive]:
    """Short sleeves end open above the elbow, long ones at the wrist."""
    sleeve, build = person.sleeve, person.gender
    shapes: list[Primitive] = []
    for side in SIDES:
        upper = on_side(side, Bone.UPPER_ARM_L, Bone.UPPER_ARM_R)
        fore = on_side(side, Bone.FOREARM_L, Bone.FOREARM_R)
        u, girth = side * build.shoulder, build.limb
        shoulder, elbow = (u, SHOULDER_HEIGHT - 0.012, 0.0), (u, ELBOW_HEIGHT, 0.0)
        thick, thin = 0.052 * girth + 0.006, 0.038 * girth + sleeve.ease
        if sleeve.short:
            pieces, hem = (Piece.START, Piece.CONE), (Clip(upper, (0.0, 1.0, 0.0), sleeve.hem, 1e9),)
            shapes.append(
                Primitive(
                    upper,
                    Material.UPPER,
                    "arms",
                    shoulder,
                    elbow,
                    thick,
                    thick + sleeve.ease - 0.008,
                    pieces=pieces,
                    clips=hem,
                )
            )
            continue
        cuff = (Clip(fore, (0.0, 1.0, 0.0), sleeve.hem, 1e9),)
        wrist = (u, WRIST_HEIGHT - 0.02, 0.0)
        shapes.append(Primitive(upper, Material.UPPER, "arms", shoulder, elbow, thick, thin))
        shapes.append(
            Primitive(
                fore,
                Material.UPPER,
                "arms",
                elbow,
                wrist,
                thin,
                0.027 * girth + sleeve.ease,
                pieces=(Piece.START, Piece.CONE),
                clips=cuff,
            )
        )
    return shapes


def make_lower(person: PersonSpecification) -> list[Primitive]:
    """Trousers, shorts, or a skirt of either length (a dress is a top with a skirt)."""
    return _make_skirt(person) if person.type.skirt else _make_trousers(person)


def _make_trousers(person: PersonSpecification) -> list[Primitive]:
    build, hem, ease = person.gender, person.length.hem, person.type.ease
    girth = 0.5 + 0.5 * build.limb
    shapes = _make_seat(build)
    for side in SIDES:
        thigh = on_side(side, Bone.THIGH_L, Bone.THIGH_R)
        shin = on_side(side, Bone.SHIN_L, Bone.SHIN_R)
        u = side * HIP_HALF_WIDTH
        knee = (u, KNEE_HEIGHT, 0.004)
        wide = 0.088 * girth + 0.006 * ease
        if person.length.short:
            cut = (Clip(thigh, (0.0, 1.0, 0.0), hem, 1e9),)
            shapes.append(
                Primitive(
                    thigh,
                    Material.LOWER,
                    "thighs",
                    (u * 0.95, HIP_HEIGHT - 0.04, 0.0),
                    knee,
                    wide,
                    0.072 * girth + 0.022 * ease,
                    pieces=(Piece.START, Piece.CONE),
                    clips=cut,
                )
            )
            continue
        cut = (Clip(shin, (0.0, 1.0, 0.0), hem, 1e9),)
        middle = 0.062 * girth + 0.018 * ease
        shapes.append(
            Primitive(
                thigh, Material.LOWER, "thighs", (u * 0.95, HIP_HEIGHT - 0.04, 0.0), knee, wide, middle
            )
        )
        shapes.append(
            Primitive(
                shin,
                Material.LOWER,
                "shins",
                knee,
                (u, 0.06, -0.01),
                middle,
                0.048 + 0.024 * ease,
                pieces=(Piece.START, Piece.CONE),
                clips=cut,
            )
        )
    return shapes


def _make_seat(build: Build) -> list[Primitive]:
    depth = (1.0, 1.0, PELVIS_DEPTH)
    waist, crotch = (0.0, WAIST_HEIGHT, 0.0), (0.0, 0.925, -0.004)
    shapes = [
        Primitive(
            Bone.PELVIS, Material.LOWER, "thighs", waist, crotch, build.waist, build.hip - 0.004, depth
        )
    ]
    shapes[0] = Primitive(
        Bone.PELVIS,
        Material.LOWER,
        "thighs",
        waist,
        crotch,
        build.waist,
        build.hip - 0.004,
        (1.0, 0.8, PELVIS_DEPTH),
    )
    shapes += [
        ellipsoid(
            Bone.PELVIS, Material.LOWER, "thighs", (side * 0.068, 0.895, -0.062), (0.078, 0.085, 0.068)
        )
        for side in SIDES
    ]
    return shapes


def _make_skirt(person: PersonSpecification) -> list[Primitive]:
    build, ease = person.gender, person.type.ease
    hem = person.length.hem + (0.0 if person.length.short else 0.05)
    flare = (0.16 if person.length.short else 0.07) + 0.12 * ease
    bone, lower, scale = Bone.PELVIS, Material.LOWER, (1.0, 1.0, 0.82)
    hip = build.hip + 0.006
    shapes = [
        Primitive(
            bone,
            lower,
            "thighs",
            (0, WAIST_HEIGHT, 0),
            (0, 0.91, -0.01),
            build.waist,
            hip,
            scale,
            pieces=(Piece.CONE, Piece.END),
            clips=(Clip(bone, (0.0, 1.0, 0.0), 0.90, 1e9),),
        )
    ]
    bands = (("thighs", max(hem, KNEE_HEIGHT), 1e9), ("shins", hem, KNEE_HEIGHT))
    for part, low, high in bands:
        if low >= high:
            continue
        shapes.append(
            Primitive(
                bone,
                lower,
                part,
                (0, 0.91, -0.01),
                (0, hem - 0.1, -0.01),
                hip,
                hip + flare * (1.01 - hem),
                scale,
                pieces=(Piece.START, Piece.CONE),
                clips=(Clip(bone, (0.0, 1.0, 0.0), low, min(high, 0.915)),),
            )
        )
    return shapes
