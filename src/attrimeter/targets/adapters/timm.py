"""Models of timm (pytorch-image-models); timm itself is not imported, the model that you made is enough.

model = timm.create_model("vit_small_patch16_224", num_classes=0, img_size=(256, 128))
target = from_timm(model)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from attrimeter.errors import CheckpointError
from attrimeter.evaluation_mode import evaluation_mode
from attrimeter.targets.profile import IMAGENET_MEAN, IMAGENET_STD
from attrimeter.targets.target import Target

SHALLOW_STRIDE = 8
"""Pixels between the cells of the shallow map, as in AMD's ResNets."""


def from_timm(
    model: nn.Module,
    *,
    input_size: tuple[int, int] | None = None,
    metric: str = "euclidean",
    name: str | None = None,
    device: str = "cpu",
) -> Target:
    """A target of a timm model that gives features.

    A convolutional model is read at its last layer that gives a map, and its embedding checked to be the
    average of that, for the exact form. A vision transformer is read at the tokens that enter its last
    block (that leave it, if the model averages them), and has the distilled and the counterfactual form.
    Size, interpolation, mean and deviation of the input are those of ``model.pretrained_cfg``.

    Args:
        model: made with ``num_classes=0``; is not changed.
        input_size: (height, width), where it is another one than the model was pretrained with.
        metric, name, device: as :meth:`Target.from_module`.

    Raises:
        CheckpointError: no timm model, one that classifies, or one whose inside is laid out otherwise.
    """
    if not hasattr(model, "forward_features") or not hasattr(model, "num_classes"):
        raise CheckpointError(
            f"{type(model).__name__} is no timm model (it has no forward_features); use Target.from_module."
        )
    if model.num_classes != 0:
        raise CheckpointError(
            f"This timm model gives the scores of {model.num_classes} classes instead of features; make it "
            "with num_classes=0."
        )
    if getattr(model, "output_fmt", "NCHW") != "NCHW":
        raise CheckpointError(
            f"{type(model).__name__} lays its maps out with the channels last, which is not read; wrap it "
            "into a module with a layer that gives n x c x h x w, and use Target.from_module."
        )
    config: Mapping[str, Any] = getattr(model, "pretrained_cfg", None) or {}
    size = input_size or tuple(config.get("input_size", (3, 224, 224))[1:])
    inside = _transformer(model) if hasattr(model, "blocks") and hasattr(model, "patch_embed") else None
    bilinear = config.get("interpolation") != "bicubic"
    return Target.from_module(
        model,
        **(inside or _convolutional(model, size)),
        input_size=size,
        interpolation="bilinear" if bilinear else "bicubic",
        mean=tuple(config.get("mean", IMAGENET_MEAN)),
        std=tuple(config.get("std", IMAGENET_STD)),
        metric=metric,
        name=name,
        device=device,
    )


def _transformer(model: Any) -> dict[str, Any]:
    blocks = len(model.blocks)
    by_token = getattr(model, "global_pool", "token") in ("token", "map", "")
    last = blocks - 2 if by_token else blocks - 1
    if last < 0:
        raise CheckpointError("This transformer has a single block; use Target.from_module and name a layer.")
    rows, columns = model.patch_embed.grid_size
    return {
        "last_map": f"blocks.{last}",
        "grid": (int(rows), int(columns)),
        "leading_tokens": int(getattr(model, "num_prefix_tokens", 1)),
    }


def _convolutional(model: nn.Module, size: tuple[int, int]) -> dict[str, Any]:
    info = getattr(model, "feature_info", None) or []
    shallow = [stage["module"] for stage in info if stage.get("reduction") == SHALLOW_STRIDE]
    known = dict(model.named_modules())
    return {
        "last_map": _last_map_of(model, size),
        "pooling": "gap",
        "shallow_map": shallow[0] if shallow and shallow[0] in known else None,
    }


def _last_map_of(model: nn.Module, size: tuple[int, int]) -> str:
    """The layer that is the last one to give a map of more than one cell."""
    found: list[str] = []

    def note(name: str, output: object) -> None:
        if isinstance(output, Tensor) and output.ndim == 4 and output.shape[2] * output.shape[3] > 1:
            found.append(name)

    handles = [
        layer.register_forward_hook(lambda _, __, output, name=name: note(name, output))
        for name, layer in model.named_modules()
        if name
    ]
    try:
        with torch.no_grad(), evaluation_mode(model):
            place = next(model.parameters())
            model(torch.zeros(1, 3, *size, device=place.device, dtype=place.dtype))
    finally:
        for handle in handles:
            handle.remove()
    if not found:
        raise CheckpointError(
            f"No layer of {type(model).__name__} gives a map; use Target.from_module and say how it is laid "
            "out."
        )
    return found[-1]
