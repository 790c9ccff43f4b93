"""The bare body: head, neck, arms, hands and legs, as primitives in rest-pose coordinates (metres)."""

from __future__ import annotations

from attrimeter.synthesis.person.primitives import Clip, Material, Piece, Primitive, Vector, ellipsoid
from attrimeter.synthesis.person.skeleton import (
    ANKLE_HEIGHT,
    ELBOW_HEIGHT,
    HIP_HALF_WIDTH,
    HIP_HEIGHT,
    KNEE_HEIGHT,
    SHOULDER_HEIGHT,
    WRIST_HEIGHT,
    Bone,
)
from attrimeter.synthesis.specification import Build, OtherTraits, PersonSpecification

SKULL_CENTRE: Vector = (0.0, 1.640, 0.0)
SKULL_RADII: Vector = (0.074, 0.108, 0.094)
EYE_HEIGHT = 1.633

SIDES: tuple[int, int] = (1, -1)


def on_side(side: int, left: Bone, right: Bone) -> Bone:
    """The bone of that side: +1 left, -1 right."""
    return left if side > 0 else right


def make_head() -> list[Primitive]:
    """Skull, jaw, nose, ears and neck; the same for everybody, so that hats and hair fit."""
    return [
        ellipsoid(Bone.HEAD, Material.FACE, "face", SKULL_CENTRE, SKULL_RADII),
        ellipsoid(Bone.HEAD, Material.FACE, "face", (0.0, 1.582, 0.022), (0.056, 0.064, 0.066)),
        ellipsoid(Bone.HEAD, Material.SKIN, "face", (0.0, 1.608, 0.092), (0.014, 0.024, 0.020)),
        *(
            ellipsoid(Bone.HEAD, Material.SKIN, "face", (side * 0.076, 1.625, -0.004), (0.012, 0.030, 0.020))
            for side in SIDES
        ),
        Primitive(
            Bone.TORSO,
            Material.SKIN,
            "face",
            (0.0, 1.44, -0.015),
            (0.0, 1.57, 0.0),
            0.060,
            0.050,
            tone=0.86,
        ),
    ]


def make_arms(person: PersonSpecification) -> list[Primitive]:
    """Hands, and what the sleeves leave bare of the arms."""
    build = person.gender
    shapes: list[Primitive] = []
    for side in SIDES:
        upper = on_side(side, Bone.UPPER_ARM_L, Bone.UPPER_ARM_R)
        fore = on_side(side, Bone.FOREARM_L, Bone.FOREARM_R)
        shapes += _make_hand(fore, side * build.shoulder)
        if person.sleeve.short:
            shapes += _make_bare_arm(upper, fore, side * build.shoulder, build.limb)
    return shapes


def _make_hand(bone: Bone, u: float) -> list[Primitive]:
    return [
        ellipsoid(bone, Material.SKIN, "arms", (u, 0.815, 0.008), (0.022, 0.055, 0.040)),
        Primitive(bone, Material.SKIN, "arms", (u, 0.845, 0.03), (u * 0.97, 0.79, 0.048), 0.016, 0.011),
        Primitive(bone, Material.SKIN, "arms", (u, 0.93, 0), (u, WRIST_HEIGHT - 0.03, 0), 0.026, 0.024),
    ]


def _make_bare_arm(upper: Bone, fore: Bone, u: float, girth: float) -> list[Primitive]:
    shoulder, elbow, wrist = (
        (0.94 * u, SHOULDER_HEIGHT - 0.018, 0.0),
        (u, ELBOW_HEIGHT, 0.0),
        (u, WRIST_HEIGHT, 0.0),
    )
    return [
        Primitive(upper, Material.SKIN, "arms", shoulder, elbow, 0.047 * girth, 0.038 * girth),
        Primitive(fore, Material.SKIN, "arms", elbow, wrist, 0.039 * girth, 0.027 * girth),
        ellipsoid(fore, Material.SKIN, "arms", (u, 1.06, 0.002), (0.039 * girth, 0.12, 0.040 * girth)),
    ]


def make_legs(person: PersonSpecification) -> list[Primitive]:
    """What lower clothing leaves bare of the legs; hidden below it, so that nothing pokes through."""
    build, hem = person.gender, person.length.hem
    if not person.length.short and not person.type.skirt:
        return []
    shapes: list[Primitive] = []
    for side in SIDES:
        thigh = on_side(side, Bone.THIGH_L, Bone.THIGH_R)
        shin = on_side(side, Bone.SHIN_L, Bone.SHIN_R)
        clips: tuple[Clip, ...] = ()
        if person.type.skirt:
            clips = (Clip(Bone.PELVIS, (0.0, 1.0, 0.0), -1e9, hem + 0.03),)
        shapes += _make_bare_leg(thigh, shin, side * HIP_HALF_WIDTH, build, clips)
    return shapes


def _make_bare_leg(
    thigh: Bone, shin: Bone, u: float, build: Build, clips: tuple[Clip, ...]
) -> list[Primitive]:
    girth = 0.5 + 0.5 * build.limb
    hip, knee, ankle = (u, HIP_HEIGHT - 0.06, 0.0), (u, KNEE_HEIGHT, 0.005), (u, ANKLE_HEIGHT, -0.012)
    return [
        Primitive(thigh, Material.SKIN, "thighs", hip, knee, 0.082 * girth, 0.054 * girth, clips=clips),
        Primitive(shin, Material.SKIN, "shins", knee, ankle, 0.052 * girth, 0.036 * girth, clips=clips),
        ellipsoid(
            shin,
            Material.SKIN,
            "shins",
            (u, 0.375, -0.014),
            (0.050 * girth, 0.145, 0.056 * girth),
            clips=clips,
        ),
    ]


def make_shoes(other: OtherTraits) -> list[Primitive]:
    """Trainers, flat shoes or boots; the sole is a matter of colour."""
    shapes: list[Primitive] = []
    bulk = {"trainer": 1.0, "flat": 0.82, "boot": 1.02}[other.shoe_style]
    for side in SIDES:
        foot = on_side(side, Bone.FOOT_L, Bone.FOOT_R)
        u = side * HIP_HALF_WIDTH
        heel, toe = (u, 0.040, -0.045), (u + side * 0.006, 0.030, 0.130)
        shapes.append(
            Primitive(foot, Material.SHOE, "shoes", heel, toe, 0.044 * bulk, 0.042 * bulk, (1.0, 0.85, 1.0))
        )
        shapes.append(
            Primitive(foot, Material.SHOE, "shoes", (u, 0.085, -0.025), (u, 0.045, 0.07), 0.044 * bulk, 0.036)
        )
        if other.shoe_style == "boot":
            shin = on_side(side, Bone.SHIN_L, Bone.SHIN_R)
            shaft = (Piece.CONE,)
            shapes.append(
                Primitive(
                    shin,
                    Material.SHOE,
                    "shoes",
                    (u, 0.08, -0.012),
                    (u, 0.21, -0.014),
                    0.048,
                    0.054,
                    pieces=shaft,
                )
            )
    return shapes
