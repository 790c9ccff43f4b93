"""Whether a network gives numbers at all, and if not, where in it they are lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from attrimeter.errors import CheckpointError
from attrimeter.legible import quote_names
from attrimeter.targets.probe_images import natural_pictures

if TYPE_CHECKING:
    from attrimeter.targets.target import Target


def check_finite(target: Target, *, origin: str | os.PathLike[str]) -> None:
    """Make sure that a target gives numbers.

    Args:
        origin: where its weights come from, for errors.

    Raises:
        CheckpointError: a running variance is negative, or an embedding is not finite; says where.
    """
    network = nn.ModuleDict({"backbone": target.backbone, "head": target.head})
    with torch.no_grad():
        embedding = target.head.embed(target.probe.last)
    if negative_variances(network) or not bool(embedding.isfinite().all()):
        inputs = target.preprocess([*natural_pictures(1, target.profile.image_size)])
        reason = why_not_finite(network, lambda: target.head.embed(target.read_maps(inputs).last))
        raise CheckpointError(
            f"{origin} opens as {target.profile.name}, but its embeddings are not finite numbers: {reason}; "
            "its training failed or the file is damaged: give another checkpoint."
        )


def why_not_finite(network: nn.Module, run: Callable[[], object]) -> str:
    """What makes the outputs of a network NaN or infinite, as the end of a sentence.

    Args:
        network: holds the layers that ``run`` runs.
        run: runs it on something.
    """
    negative = negative_variances(network)
    if negative:
        return f"the running variance of BatchNorm is negative in {quote_names(negative)}"
    layer = first_not_finite(network, run)
    if layer:
        return f"from the layer {layer} on its numbers are too large for float32, or are not numbers"
    return "its numbers are too large for float32, or are not numbers"


def negative_variances(network: nn.Module) -> list[str]:
    """The names of running variances that hold a negative value, which no training makes."""
    return [
        name
        for name, values in network.named_buffers()
        if name.rpartition(".")[2] == "running_var" and bool((values < 0).any())
    ]


@torch.no_grad()
def first_not_finite(network: nn.Module, run: Callable[[], object]) -> str:
    """The name of the first layer that gives NaN or infinity while ``run`` runs, or ""."""
    found: list[str] = []

    def look(name: str, output: Any) -> None:
        if isinstance(output, Tensor) and not bool(output.isfinite().all()):
            found.append(name)

    handles = [
        layer.register_forward_hook(lambda _, __, output, name=name: look(name, output))
        for name, layer in network.named_modules()
        if not any(layer.children())
    ]
    try:
        run()
    finally:
        for handle in handles:
            handle.remove()
    return found[0] if found else ""
