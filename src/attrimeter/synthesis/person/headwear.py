"""Hair and hats: shells around the skull, cut along the hairline or the brim."""

from __future__ import annotations

from attrimeter.synthesis.person.anatomy import SIDES
from attrimeter.synthesis.person.primitives import Clip, Material, Primitive, Vector, ellipsoid
from attrimeter.synthesis.person.skeleton import Bone
from attrimeter.synthesis.specification import Hair, Hat

_HAT_EDGE = 1.672


def make_hair(hair: Hair, *, under_hat: bool) -> list[Primitive]:
    """A cap of hair with a slanted hairline; long hair hangs behind and beside the neck or as a tail.

    Under a hat the hair ends inside the hat, whatever its volume.
    """
    volume = hair.volume + (0.05 if hair.style in ("full", "loose") else 0.0)
    low = 1.632 if hair.style == "crop" else 1.618
    parting = {"full": 0.28, "loose": 0.1}.get(hair.style, 0.0)
    hairline = Clip(Bone.HEAD, (parting, 1.0, -0.83), low, 1e9)
    clips = (hairline, Clip(Bone.HEAD, (0.0, 1.0, 0.0), -1e9, _HAT_EDGE + 0.03)) if under_hat else (hairline,)
    radii: Vector = (0.079 * volume, 0.106 * volume, 0.099 * volume)
    shapes = [ellipsoid(Bone.HEAD, Material.HAIR, "hair", (0.0, 1.648, -0.006), radii, clips=clips)]
    if not hair.long:
        return shapes
    if hair.style == "ponytail":
        return shapes + _make_tail(hair.length)
    return shapes + _make_loose(hair.length, volume)


def _make_tail(length: float) -> list[Primitive]:
    start, end = (0.0, 1.665, -0.115), (0.0, 1.64 - length, -0.135)
    return [
        ellipsoid(Bone.HEAD, Material.HAIR, "hair", (0.0, 1.665, -0.105), (0.034, 0.034, 0.034)),
        Primitive(Bone.HEAD, Material.HAIR, "hair", start, end, 0.034, 0.026, (1.2, 1.0, 1.0)),
    ]


def _make_loose(length: float, volume: float) -> list[Primitive]:
    back = Primitive(
        Bone.HEAD,
        Material.HAIR,
        "hair",
        (0.0, 1.63, -0.045),
        (0.0, 1.64 - length, -0.082),
        0.080 * volume,
        0.088 * volume,
        (1.0, 1.0, 0.55),
    )
    locks = [
        Primitive(
            Bone.HEAD,
            Material.HAIR,
            "hair",
            (side * 0.070, 1.665, 0.006),
            (side * 0.088, 1.66 - 0.8 * length, 0.022),
            0.026 * volume,
            0.028 * volume,
        )
        for side in SIDES
    ]
    return [back, *locks]


def make_hat(hat: Hat | None) -> list[Primitive]:
    """A peaked cap, a beanie with a folded edge, or a hat with a brim all round."""
    if hat is None:
        return []
    head, material = Bone.HEAD, Material.HAT
    if hat.style == "beanie":
        tilted = (0.0, 1.0, -0.30)
        return [
            ellipsoid(
                head,
                material,
                "hat",
                (0.0, 1.662, -0.008),
                (0.091, 0.118, 0.112),
                clips=(Clip(head, tilted, 1.635, 1e9),),
            ),
            ellipsoid(
                head,
                Material.TRIM,
                "hat",
                (0.0, 1.658, -0.008),
                (0.097, 0.126, 0.118),
                clips=(Clip(head, tilted, 1.635, 1.672),),
            ),
        ]
    edge = Clip(head, (0.0, 1.0, -0.08), _HAT_EDGE, 1e9)
    crown = ellipsoid(head, material, "hat", (0.0, 1.668, -0.006), (0.092, 0.110, 0.113), clips=(edge,))
    if hat.style == "cap":
        peak = ellipsoid(head, Material.TRIM, "hat", (0.0, 1.680, 0.105), (0.072, 0.011, 0.090), tone=0.9)
        return [crown, peak]
    band = ellipsoid(
        head,
        Material.TRIM,
        "hat",
        (0.0, 1.668, -0.006),
        (0.095, 0.113, 0.116),
        clips=(Clip(head, (0.0, 1.0, -0.08), _HAT_EDGE, _HAT_EDGE + 0.03),),
    )
    brim = ellipsoid(head, material, "hat", (0.0, 1.675, 0.0), (0.155, 0.013, 0.172))
    return [crown, band, brim]
