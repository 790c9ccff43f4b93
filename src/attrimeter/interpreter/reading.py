"""What an interpreter reads in images, before any pair is compared."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import torch
from jaxtyping import Float
from torch import Tensor

from attrimeter.errors import CheckpointError


@dataclass(frozen=True)
class ImageReading:
    """n images as an interpreter sees them.

    Attributes:
        embeddings: the target's own embeddings.
        parts: what the form compares; the attribute embeddings, K of them or K + 1 with *other* last, or
            (counterfactual) what was read of each group.
        maps: the attention maps that made the parts.
        logits: of each attribute's positive state.
        styles: what kind of picture it is (:func:`~attrimeter.interpreter.familiarity.image_style`).
    """

    embeddings: Float[Tensor, "n d"]
    parts: Float[Tensor, "n parts p"]
    maps: Float[Tensor, "n maps h w"]
    logits: Float[Tensor, "n attr"]
    styles: Float[Tensor, "n twice_s"]

    def __len__(self) -> int:
        return self.embeddings.shape[0]

    def without_maps(self) -> ImageReading:
        """The same images without their maps, which are not needed to compare them."""
        return replace(self, maps=self.maps.new_zeros(*self.maps.shape[:2], 0, 0))

    def take(self, rows: Tensor) -> ImageReading:
        """The images at ``rows``, without their maps."""
        bare = self.without_maps()
        return ImageReading(*(getattr(bare, field.name)[rows] for field in fields(bare)))


def require_finite(embeddings: Float[Tensor, "n d"]) -> Float[Tensor, "n d"]:
    """The embeddings. Raises CheckpointError where one is not finite, or would not be as float32."""
    if not bool(embeddings.detach().float().isfinite().all()):
        raise CheckpointError(
            "The target gives embeddings that are not finite: its weights are damaged or too large for "
            "float32; give another checkpoint."
        )
    return embeddings


def join_readings(readings: list[ImageReading]) -> ImageReading:
    """One after the other; at least one is needed."""
    names = [field.name for field in fields(ImageReading)]
    return ImageReading(**{name: torch.cat([getattr(each, name) for each in readings]) for name in names})
