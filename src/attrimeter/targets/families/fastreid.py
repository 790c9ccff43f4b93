"""Checkpoints of FastReID: BoT, AGW, SBS and MGN, under each of the names that it has given their tensors.

He et al., "FastReID: a PyTorch toolbox for general instance re-identification", ACM Multimedia 2023.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn

from attrimeter.errors import CheckpointError
from attrimeter.targets.bodies import mgn
from attrimeter.targets.bodies.backbone import Backbone
from attrimeter.targets.bodies.resnet import RESNETS, NonLocalBlock
from attrimeter.targets.family import Family, Names, Tensors, find_entry, rename
from attrimeter.targets.profile import Profile

Pixel = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class _Era:
    """A stretch of FastReID's history.

    Attributes:
        suffix: of the names of its profiles.
        stem_pool_ceil: as in Profile.
        neck: where the heads of BoT, AGW and SBS keep their BatchNorm.
        piece_neck: where a piece of MGN keeps what follows its pooling, and our names of that.
        piece_pooling: where a piece of MGN keeps its pooling.
        classifier: the identity classifier.
        keeps_pixels: whether the mean and deviation of pixels are stored; ``complete`` takes them over.
        agw_pooling: the pooling of AGW.
        non_local: what the architectures of AGW and SBS may end in, the usual one first.
        mgn: what the architectures of MGN begin with; at first each piece had two BatchNorms, a ReLU between.
    """

    suffix: str
    stem_pool_ceil: bool
    neck: str
    piece_neck: Names
    piece_pooling: str
    classifier: str
    keeps_pixels: bool
    agw_pooling: str
    non_local: tuple[str, ...]
    mgn: str


_WIDE = "_wide_non_local"
"""For non-local blocks with half as many channels inside as outside; all others have one channel inside."""

_DECOUPLED = _Era(
    suffix="",
    stem_pool_ceil=True,
    neck="bottleneck.0.",
    piece_neck={"_head.bottleneck.0.": "linear.", "_head.bottleneck.1.": "norm."},
    piece_pooling="_head.pool_layer.",
    classifier="weight",
    keeps_pixels=False,
    agw_pooling="gem3",
    non_local=("",),
    mgn="mgn_",
)
_CEILED = replace(
    _DECOUPLED, suffix="_2020_11", classifier="classifier.", keeps_pixels=True, non_local=("", _WIDE)
)
_PADDED = replace(_CEILED, suffix="_2020_09", stem_pool_ceil=False, non_local=(_WIDE,))
_FIRST = replace(
    _PADDED,
    suffix="_2020_08",
    neck="bnneck.",
    piece_neck={"_pool.1.": "linear.", "_pool.2.": "norm.", "_head.bnneck.": "gated_norm."},
    piece_pooling="_pool.0.",
    agw_pooling="gem",
    non_local=("",),
    mgn="gated_mgn_",
)
_ERAS = (_DECOUPLED, _CEILED, _PADDED, _FIRST)
"""From 23 March 2021; from 6 November 2020 (until 7 December its non-local blocks are wide, as before); from
10 September 2020; and before."""

_NON_LOCAL = {"resnet50": (0, 2, 3, 0), "resnet101": (0, 2, 9, 0)}
_TALL = (384, 128)
_SAME_PIXEL = 1e-6


def _make_profile(era: _Era, kind: str, resnet: str, norm: str) -> Profile:
    name = f"fastreid_{kind}_r{resnet.removeprefix('resnet')}" + ("_ibn" if norm == "ibn_a" else "")
    non_local = {"architecture": resnet + era.non_local[0], "non_local": _NON_LOCAL[resnet]}
    fields: dict[str, dict[str, Any]] = {
        "bot": {},
        "agw": {**non_local, "pooling": era.agw_pooling},
        "sbs": {**non_local, "pooling": "gem", "image_size": _TALL},
        "amd": {"pooling": "gem", "image_size": _TALL, "metric": "euclidean"},
        "mgn": {
            "architecture": era.mgn + resnet,
            "pooling": "gem",
            "neck": "mgn",
            "linear_size": 256,
            "image_size": _TALL,
        },
    }
    common = {
        "architecture": resnet,
        "norm": norm,
        "interpolation": "bicubic",
        "stem_pool_ceil": era.stem_pool_ceil,
        "metric": "cosine",
    }
    return Profile(name=name + era.suffix, source="fastreid", **{**common, **fields[kind]})


_ERA_OF: dict[Profile, _Era] = {
    _make_profile(era, kind, resnet, norm): era
    for era in _ERAS
    for kind in ("bot", "agw", "sbs", "mgn")
    for resnet in _NON_LOCAL
    for norm in ("batchnorm", "ibn_a")
}
_ERA_OF[_make_profile(_FIRST, "amd", "resnet50", "batchnorm")] = _FIRST


def _names_in(profile: Profile, era: _Era) -> Names:
    """Every name that a checkpoint of the profile has."""
    names = _piece_names(era) if profile.neck == "mgn" else _plain_names(profile, era)
    pixels = ("pixel_mean", "pixel_std") if era.keeps_pixels else ()
    return {**names, **dict.fromkeys(pixels)}


def _plain_names(profile: Profile, era: _Era) -> dict[str, str | None]:
    layers = ("conv1", "bn1", "layer1", "layer2", "layer3", "layer4")
    names: dict[str, str | None] = {f"backbone.{layer}.": f"backbone.{layer}." for layer in layers}
    for stage, blocks in enumerate(profile.non_local, 1):
        for block in range(blocks):
            names[f"backbone.NL_{stage}.{block}."] = f"backbone.layer{stage}.NL_{block}."
    if profile.pooling == "gem":
        names["heads.pool_layer."] = "head.pooling."
    return {**names, f"heads.{era.neck}": "head.neck.", f"heads.{era.classifier}": None}


def _piece_names(era: _Era) -> dict[str, str | None]:
    shared = {"0": "conv1", "1": "bn1", "4": "layer1", "5": "layer2", "6": "layer3.0"}
    names: dict[str, str | None] = {f"backbone.{at}.": f"backbone.{ours}." for at, ours in shared.items()}
    for branch in mgn.BRANCHES:
        names[f"{branch}."] = f"backbone.branches.{branch}."
    for piece in mgn.PIECES:
        names[piece + era.piece_pooling] = f"head.pooling.{piece}."
        names.update({piece + at: f"head.necks.{piece}.{ours}" for at, ours in era.piece_neck.items()})
        names[f"{piece}_head.{era.classifier}"] = None
    return names


_NAMES: dict[str, Names] = {profile.name: _names_in(profile, era) for profile, era in _ERA_OF.items()}


def _candidates(tensors: Tensors) -> tuple[Profile, ...]:
    if not any(name.startswith(("heads.", "b1_head.")) for name in tensors):
        return ()
    is_deep = any(name.startswith(("backbone.layer3.6.", "b1.0.5.")) for name in tensors)
    has_ibn = any(".bn1.IN." in name for name in tensors)
    oddities = {
        profile: _count_oddities(profile, era, tensors)
        for profile, era in _ERA_OF.items()
        if ("resnet101" in profile.architecture) == is_deep and (profile.norm == "ibn_a") == has_ibn
    }
    least = min(oddities.values())
    return tuple(profile for profile, count in oddities.items() if count == least)


def _count_oddities(profile: Profile, era: _Era, tensors: Tensors) -> int:
    """How much speaks against a profile: names that it does not know, names that it misses, and the like."""
    names = _NAMES[profile.name]
    found = [find_entry(name, names) for name in tensors]
    needed = {entry for entry, ours in names.items() if ours is not None}
    is_wide = _with_non_local_width(profile, tensors).architecture.endswith(_WIDE)
    is_of_its_time = not any(profile.non_local) or (_WIDE if is_wide else "") in era.non_local
    return found.count(None) + len(needed - set(found)) + (not is_of_its_time)


def _complete(profile: Profile, tensors: Tensors) -> Profile:
    return _with_stored_pixels(_with_non_local_width(profile, tensors), tensors)


def _with_non_local_width(profile: Profile, tensors: Tensors) -> Profile:
    weight = tensors.get("backbone.NL_2.0.g.weight")
    if weight is None or weight.ndim != 4 or not any(profile.non_local):
        return profile
    resnet = profile.architecture.removesuffix(_WIDE)
    width, channels = weight.shape[:2]
    if width == channels // 2:
        return replace(profile, architecture=resnet + _WIDE)
    return replace(profile, architecture=resnet, non_local_width=max(1, width))


def _with_stored_pixels(profile: Profile, tensors: Tensors) -> Profile:
    """With the mean and deviation of pixels that are stored, where they differ."""
    mean = _read_pixel("pixel_mean", tensors, profile.pixel_mean)
    std = _read_pixel("pixel_std", tensors, profile.pixel_std)
    return replace(profile, pixel_mean=mean, pixel_std=std)


def _read_pixel(name: str, tensors: Tensors, known: Pixel) -> Pixel:
    """Three stored numbers, which are of pixels in [0, 255]; ``known`` where there are none, or the same."""
    tensor = tensors.get(name)
    if tensor is None:
        return known
    is_plain = tensor.layout == torch.strided and tensor.is_floating_point() and tensor.numel() == 3
    if not is_plain or not bool(tensor.isfinite().all()):
        raise CheckpointError(
            f"The tensor {name} of the checkpoint must hold one finite floating-point number for each of "
            "red, green and blue: the file is damaged, or of a network for other images; give another one."
        )
    red, green, blue = (value / 255 for value in tensor.flatten().tolist())
    stored = (red, green, blue)
    is_same = all(abs(a - b) <= _SAME_PIXEL for a, b in zip(stored, known, strict=True))
    return known if is_same else stored


def _build_wide(profile: Profile) -> Backbone:
    """A ResNet whose non-local blocks have half as many channels inside as outside.

    Fresh ones begin as the identity, as published: at random they would soon exceed float32.
    """
    resnet = profile.architecture.removesuffix(_WIDE)
    body = RESNETS[resnet](replace(profile, architecture=resnet))
    for stage in body.children():
        for name, block in list(stage.named_children()):
            if isinstance(block, NonLocalBlock):
                wide = NonLocalBlock(block.g.in_channels, block.g.in_channels // 2)
                nn.init.zeros_(wide.W.get_parameter("1.weight"))
                stage.add_module(name, wide)
    return body


FAMILY = Family(
    name="fastreid",
    title="FastReID",
    profiles=tuple(_ERA_OF),
    rename=lambda name, profile: rename(name, _NAMES[profile.name]),
    candidates=_candidates,
    bodies={**RESNETS, **mgn.BODIES, **{resnet + _WIDE: _build_wide for resnet in _NON_LOCAL}},
    complete=_complete,
    unsaid=(
        "Whether the first max-pool pads (September and October 2020: the profiles _2020_09) or rounds up "
        "(November 2020 to March 2021: _2020_11), and whether a model from before September 2020 is AGW or "
        "SBS, which differ in the size of their images."
    ),
)
