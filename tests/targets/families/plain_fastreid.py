"""Checkpoints and a second, plain computation of FastReID's models, under FastReID's own names alone.

Nothing here knows anything of attrimeter. An era is one of "2020_08", "2020_09", "2020_11" and "".
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from targets.plain_resnet import (
    NonLocal,
    Shapes,
    Weights,
    norm_shapes,
    plain_batch_norm,
    plain_block,
    plain_pool,
    plain_resnet,
    plain_stage,
    plain_stem,
    random_weights,
    resnet_shapes,
)

CLASSES = 5
BANDS = {"b1": 1, "b2": 1, "b3": 1, "b21": 2, "b22": 2, "b31": 3, "b32": 3, "b33": 3}
SHARED = {"conv1": "0", "bn1": "1", "layer1": "4", "layer2": "5"}
PIXEL_MEAN = (123.675, 116.28, 103.53)
PIXEL_STD = (58.395, 57.12, 57.375)


class Model(NamedTuple):
    """A model of FastReID: "bot", "agw", "sbs", "amd" (SBS without non-local blocks) or "mgn"."""

    kind: str
    era: str
    depth: int = 50
    ibn: bool = False

    @property
    def profile(self) -> str:
        name = f"fastreid_{self.kind}_r{self.depth}" + ("_ibn" if self.ibn else "")
        return name + (f"_{self.era}" if self.era else "")

    @property
    def image_size(self) -> tuple[int, int]:
        return (256, 128) if self.kind in ("bot", "agw") else (384, 128)

    @property
    def stem_pool(self) -> str:
        return "padded" if self.era in ("2020_08", "2020_09") else "ceil"

    @property
    def pooling(self) -> str:
        return "gap" if self.kind == "bot" else "gem"

    @property
    def learns_power(self) -> bool:
        return self.kind != "bot" and (self.kind != "agw" or self.era == "2020_08")

    @property
    def non_local(self) -> NonLocal:
        if self.kind not in ("agw", "sbs"):
            return {}
        blocks = {"layer2": 2, "layer3": 3 if self.depth == 50 else 9}
        return {stage: [f"NL_{stage[-1]}.{i}" for i in range(number)] for stage, number in blocks.items()}


MODELS = [
    Model(kind, era, depth, ibn)
    for kind in ("bot", "agw", "sbs", "mgn")
    for era in ("2020_08", "2020_09", "2020_11", "")
    for depth in (50, 101)
    for ibn in (False, True)
] + [Model("amd", "2020_08")]


def fastreid_shapes(model: Model, *, wide_non_local: bool | None = None) -> Shapes:
    """Every tensor of a checkpoint.

    Args:
        wide_non_local: whether non-local blocks have half as many channels inside as outside, as from 10
            September to 7 December 2020, instead of one.
    """
    shapes = _mgn_shapes(model) if model.kind == "mgn" else _plain_shapes(model)
    if model.era:
        shapes |= {"pixel_mean": (1, 3, 1, 1), "pixel_std": (1, 3, 1, 1)}
    is_wide = model.era == "2020_09" if wide_non_local is None else wide_non_local
    return {name: _widened(name, shape) if is_wide else shape for name, shape in shapes.items()}


def _plain_shapes(model: Model) -> Shapes:
    shapes = resnet_shapes(model.depth, prefix="backbone.", ibn=model.ibn, non_local=model.non_local)
    shapes |= norm_shapes("heads.bnneck" if model.era == "2020_08" else "heads.bottleneck.0", 2048)
    if model.learns_power:
        shapes["heads.pool_layer.p"] = (1,)
    return shapes | {"heads.classifier.weight" if model.era else "heads.weight": (CLASSES, 2048)}


def _mgn_shapes(model: Model) -> Shapes:
    shapes: Shapes = {}
    for name, shape in resnet_shapes(model.depth, ibn=model.ibn).items():
        layer, _, rest = name.partition(".")
        number, _, inner = rest.partition(".")
        if layer in SHARED:
            shapes[f"backbone.{SHARED[layer]}.{rest}"] = shape
        elif layer == "layer3" and number == "0":
            shapes[f"backbone.6.{inner}"] = shape
        else:
            place = f"0.{int(number) - 1}" if layer == "layer3" else f"1.{number}"
            shapes |= {f"{branch}.{place}.{inner}": shape for branch in ("b1", "b2", "b3")}
    for piece in BANDS:
        names = piece_names(model, piece)
        shapes |= {names.power: (1,), f"{names.reduction}.weight": (256, 2048, 1, 1)}
        shapes |= norm_shapes(names.norm, 256)
        if names.neck:
            shapes |= norm_shapes(names.neck, 256)
        shapes[f"{piece}_head." + ("classifier.weight" if model.era else "weight")] = (CLASSES, 256)
    return shapes


class PieceNames(NamedTuple):
    power: str
    reduction: str
    norm: str
    neck: str


def piece_names(model: Model, piece: str) -> PieceNames:
    """Where a piece of MGN keeps its parts; the first era alone has a neck of its own."""
    if model.era == "2020_08":
        pool = f"{piece}_pool"
        return PieceNames(f"{pool}.0.p", f"{pool}.1", f"{pool}.2", f"{piece}_head.bnneck")
    head = f"{piece}_head"
    return PieceNames(f"{head}.pool_layer.p", f"{head}.bottleneck.0", f"{head}.bottleneck.1", "")


def _widened(name: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    if ".NL_" not in name or ".W.1." in name:
        return shape
    half = 256 if ".NL_2." in name else 512
    return tuple(half if size == 1 and place < 2 else size for place, size in enumerate(shape))


def fastreid_weights(model: Model, *, seed: int = 0, wide_non_local: bool | None = None) -> dict[str, Tensor]:
    """A checkpoint with random values."""
    weights = random_weights(fastreid_shapes(model, wide_non_local=wide_non_local), seed=seed)
    powers = [name for name in weights if name.endswith(".p")]
    for place, name in enumerate(powers):
        weights[name] = torch.tensor([2.5 if model.era == "2020_08" else 2.5 + 0.25 * place])
    if model.era:
        weights["pixel_mean"] = torch.tensor(PIXEL_MEAN).view(1, 3, 1, 1)
        weights["pixel_std"] = torch.tensor(PIXEL_STD).view(1, 3, 1, 1)
    return weights


def plain_fastreid(images: Tensor, weights: Weights, model: Model, *, stem_pool: str = "") -> Tensor:
    """The embedding of images from which the mean has been taken, before any normalisation.

    Args:
        stem_pool: "padded" or "ceil"; by default what the era says.
    """
    pool = stem_pool or model.stem_pool
    if model.kind == "mgn":
        return _plain_mgn(images, weights, model, pool)
    last = plain_resnet(
        images, weights, prefix="backbone.", stem_pool=pool, last_stride=1, non_local=model.non_local
    )[1]
    power = weights["heads.pool_layer.p"] if model.learns_power else 3.0
    pooled = plain_pool(last, model.pooling, power=power)
    return plain_batch_norm(
        pooled, weights, "heads.bnneck" if model.era == "2020_08" else "heads.bottleneck.0"
    )


def _plain_mgn(images: Tensor, weights: Weights, model: Model, pool: str) -> Tensor:
    renamed = {"conv1.weight": weights["backbone.0.weight"]}
    renamed |= {
        name.replace("backbone.1", "bn1"): tensor
        for name, tensor in weights.items()
        if name.startswith("backbone.1.")
    }
    shared = plain_stem(images, renamed, pool=pool)
    shared = plain_stage(shared, weights, "backbone.4")
    shared = plain_stage(shared, weights, "backbone.5", stride=2)
    shared = plain_block(shared, weights, "backbone.6", stride=2)
    maps = {
        branch: plain_stage(plain_stage(shared, weights, f"{branch}.0"), weights, f"{branch}.1")
        for branch in ("b1", "b2", "b3")
    }
    embedded = []
    for piece, bands in BANDS.items():
        names = piece_names(model, piece)
        band = maps[piece[:2]].chunk(bands, dim=2)[int(piece[2:] or 1) - 1]
        pooled = plain_pool(band, "gem", power=weights[names.power])[:, :, None, None]
        reduced = F.conv2d(pooled, weights[f"{names.reduction}.weight"])
        piece_out = plain_batch_norm(reduced, weights, names.norm)[:, :, 0, 0]
        if names.neck:
            piece_out = plain_batch_norm(F.relu(piece_out), weights, names.neck)
        embedded.append(piece_out)
    return torch.cat(embedded, dim=1)
