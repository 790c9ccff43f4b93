"""The distilled form: AMD as published.

d^k = ||e_a^k - e_b^k|| with e^k = head(F * A^k), and D approx mean_k d^k.
"""

from __future__ import annotations

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.interpreter.forms.activations import positive_activation
from attrimeter.interpreter.forms.fit_settings import ImageFitSettings, LossWeights
from attrimeter.interpreter.forms.form import HeadLike
from attrimeter.interpreter.forms.map_form import MapForm, all_distances
from attrimeter.interpreter.reading import ImageReading
from attrimeter.schemas import AttributeSchema


class Distilled(MapForm):
    """Contributions are d^k / K; *other* is what their sum leaves of D, of either sign."""

    name = "distilled"
    fit = ImageFitSettings()
    loss_weights = LossWeights(distillation=1.0, prior=10.0, evidence=1.0)
    needs_gradient = True
    has_gap = True
    is_signed = False

    def activate(self, scores: Float[Tensor, "n maps h w"]) -> Float[Tensor, "n maps h w"]:
        """The published positive activation."""
        return positive_activation(scores)

    def split(
        self, head: HeadLike, last_map: Float[Tensor, "n c h w"], maps: Float[Tensor, "n maps h w"]
    ) -> Float[Tensor, "n maps d"]:
        """e^k = head(F * A^k)."""
        return head.embed_masked(last_map, maps)

    def compare_all(
        self, network: Any, a: ImageReading, b: ImageReading
    ) -> Float[Tensor, "q g attr_and_other"]:
        """One distance matrix per attribute."""
        components = all_distances(a.parts.transpose(0, 1), b.parts.transpose(0, 1)).permute(1, 2, 0)
        return _with_remainder(components, all_distances(a.embeddings, b.embeddings))

    def compare_pairs(
        self, network: Any, a: ImageReading, b: ImageReading
    ) -> Float[Tensor, "p attr_and_other"]:
        """Straight from the definition."""
        return _with_remainder((a.parts - b.parts).norm(dim=2), (a.embeddings - b.embeddings).norm(dim=1))

    def show_maps(self, schema: AttributeSchema, maps: Float[Array, "maps h w"]) -> dict[str, Array]:
        """Each map divided by its maximum."""
        named = {name: maps[index] for index, name in enumerate(schema.names)}
        named |= {group: maps[list(members)].sum(axis=0) for group, members in schema.groups.items()}
        return {name: value / max(float(value.max()), 1e-12) for name, value in named.items()}


def _with_remainder(
    components: Float[Tensor, "*p attr"], distances: Float[Tensor, "*p"]
) -> Float[Tensor, "*p attr_and_other"]:
    parts = components / components.shape[-1]
    other = distances - parts.sum(dim=-1)
    return torch.cat([parts, other[..., None]], dim=-1)
