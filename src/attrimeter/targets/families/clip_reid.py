"""Checkpoints of CLIP-ReID (Li et al., AAAI 2023) and of its baseline, on CLIP's ViT-B/16.

What is compared is what all of its configurations test: the class token and its projection, side by side,
before their necks, divided by their length together. Its camera embedding is left out where there is one,
because the network is given an image and no camera.
"""

from __future__ import annotations

import re
from dataclasses import replace

from attrimeter.targets.bodies.vision_transformer import BODIES
from attrimeter.targets.families import transformer_tensors as shapes
from attrimeter.targets.family import Family, Tensors
from attrimeter.targets.profile import Profile

_CAMERAS = "cv_embed"
_POSITIONS = "image_encoder.positional_embedding"
_HALF = (0.5, 0.5, 0.5)

_VIT = Profile(
    name="clip_reid_vit",
    architecture="clip_vit",
    source="clip-reid",
    pixel_mean=_HALF,
    pixel_std=_HALF,
    width=768,
    pooling="token",
    neck="projection",
    linear_size=512,
    metric="cosine",
)

_TOKENS = {
    "image_encoder.conv1.": "backbone.tokens.patches.",
    "image_encoder.class_embedding": "backbone.tokens.class_token",
    _POSITIONS: "backbone.tokens.positions",
    "image_encoder.ln_pre.": "backbone.tokens.norm.",
    "image_encoder.ln_post.": "head.norm.",
    "image_encoder.proj": "head.projection",
}
_BLOCK = re.compile(r"image_encoder\.transformer\.resblocks\.([0-9]{1,3})\.(.+)")
_INNER = {
    "attn.in_proj_": "qkv.",
    "attn.out_proj.": "proj.",
    "ln_1.": "norm1.",
    "ln_2.": "norm2.",
    "mlp.c_fc.": "fc1.",
    "mlp.c_proj.": "fc2.",
}
_DROPPED = re.compile(r"(bottleneck(_proj)?|classifier(_proj)?|prompt_learner|text_encoder)\..+")
"""The necks, the identity classifiers, and what reads text."""


def _rename(name: str, profile: Profile) -> str | None:
    if _DROPPED.fullmatch(name) or name == _CAMERAS:
        return None
    if found := _BLOCK.fullmatch(name):
        return shapes.place_of_block(int(found[1]), profile) + shapes.replace_start(found[2], _INNER)
    return shapes.replace_start(name, _TOKENS)


def _candidates(tensors: Tensors) -> tuple[Profile, ...]:
    return (_VIT,) if "image_encoder.class_embedding" in tensors else ()


def _complete(profile: Profile, tensors: Tensors) -> Profile:
    projection = tensors.get("image_encoder.proj")
    if projection is not None and projection.ndim == 2 and projection.shape[1]:
        profile = replace(profile, linear_size=projection.shape[1])
    return shapes.read_shapes(profile, tensors, positions=_POSITIONS, block=_BLOCK)


def _assumed(tensors: Tensors) -> tuple[str, ...]:
    return shapes.left_out_cameras(tensors, _CAMERAS)


FAMILY = Family(
    name="clip-reid",
    title="CLIP-ReID",
    profiles=(_VIT,),
    rename=_rename,
    candidates=_candidates,
    bodies={"clip_vit": BODIES["clip_vit"]},
    complete=_complete,
    assumed=_assumed,
    unsaid=(
        "Whether features are compared before their necks, as in all of its configurations and here. The "
        "size of the input and the stride of the patches follow from their number, as far as published."
    ),
)
