"""Checkpoints of TransReID (He et al., ICCV 2021): vision transformers, with and without its jigsaw patches.

What is compared is what all of its configurations test: the feature before the neck, divided by its length.
Its camera and viewpoint embeddings (SIE) are left out, because the network is given an image and no camera.
"""

from __future__ import annotations

import re
from dataclasses import replace

from attrimeter.targets.bodies.vision_transformer import BODIES
from attrimeter.targets.families import transformer_tensors as shapes
from attrimeter.targets.family import Family, Tensors
from attrimeter.targets.profile import IMAGENET_MEAN, IMAGENET_STD, Profile

_SIE = "base.sie_embed"
_HALF = (0.5, 0.5, 0.5)

_PLAIN = Profile(
    name="transreid_vit",
    architecture="transreid_vit",
    source="transreid",
    pixel_mean=_HALF,
    pixel_std=_HALF,
    width=768,
    pooling="token",
    neck="none",
    metric="cosine",
)
_SMALL = replace(_PLAIN, name="transreid_vit_small", architecture="transreid_vit_small", depth=8)
_JIGSAW = replace(_PLAIN, name="transreid_jpm", pooling="jigsaw")
_VEHICLE = replace(_JIGSAW, name="transreid_jpm_vehicle", image_size=(256, 256), patch_shift=8)
_DEIT_VEHICLE = replace(
    _VEHICLE, name="transreid_jpm_deit_vehicle", pixel_mean=IMAGENET_MEAN, pixel_std=IMAGENET_STD
)

_TOKENS = {
    "base.patch_embed.proj.": "backbone.tokens.patches.",
    "base.cls_token": "backbone.tokens.class_token",
    "base.pos_embed": "backbone.tokens.positions",
}
_BLOCK = re.compile(r"base\.blocks\.([0-9]{1,3})\.(.+)")
_HEADS = {
    "b1.0.": "head.block.",
    "b1.1.": "head.norm.",
    "b2.0.": "head.part_block.",
    "b2.1.": "head.part_norm.",
}
_INNER = {"attn.qkv.": "qkv.", "attn.proj.": "proj.", "mlp.fc1.": "fc1.", "mlp.fc2.": "fc2."}
_DROPPED = re.compile(r"(base\.fc|bottleneck(_[1-4])?|classifier(_[1-4])?)\..+")
"""The ImageNet classifier, the necks and the identity classifiers."""


def _rename(name: str, profile: Profile) -> str | None:
    is_jigsaw = profile.pooling == "jigsaw"
    if _DROPPED.fullmatch(name) or name == _SIE:
        return None
    if found := _BLOCK.fullmatch(name):
        if is_jigsaw and int(found[1]) == profile.depth - 1:  # its two copies run in its place
            return None
        return shapes.place_of_block(int(found[1]), profile) + shapes.replace_start(found[2], _INNER)
    if name.startswith("base.norm."):
        return None if is_jigsaw else "head.norm." + name.removeprefix("base.norm.")
    for theirs, ours in (_HEADS if is_jigsaw else {}).items():
        if name.startswith(theirs):
            return ours + shapes.replace_start(name.removeprefix(theirs), _INNER)
    return shapes.replace_start(name, _TOKENS)


def _candidates(tensors: Tensors) -> tuple[Profile, ...]:
    if not {"base.cls_token", "base.pos_embed"} <= set(tensors):
        return ()
    if not any(name.startswith("b2.0.") for name in tensors):
        return (_PLAIN,) if "base.blocks.0.attn.qkv.bias" in tensors else (_SMALL,)
    is_square = any(
        height == width for (height, width), _ in shapes.possible_grids(tensors, "base.pos_embed")
    )
    return (_VEHICLE, _DEIT_VEHICLE) if is_square else (_JIGSAW,)


def _complete(profile: Profile, tensors: Tensors) -> Profile:
    return shapes.read_shapes(profile, tensors, positions="base.pos_embed", block=_BLOCK)


def _assumed(tensors: Tensors) -> tuple[str, ...]:
    return shapes.left_out_cameras(tensors, _SIE)


FAMILY = Family(
    name="transreid",
    title="TransReID",
    profiles=(_PLAIN, _SMALL, _JIGSAW, _VEHICLE, _DEIT_VEHICLE),
    rename=_rename,
    candidates=_candidates,
    bodies={name: BODIES[name] for name in ("transreid_vit", "transreid_vit_small")},
    complete=_complete,
    assumed=_assumed,
    unsaid=(
        "Whether features are compared before the neck, as in all of its configurations and here; for "
        "vehicles, whether training began from ViT or from DeiT, whose pixels are normalised differently. "
        "Size of the input and stride of the patches follow from their number, as far as published."
    ),
)
