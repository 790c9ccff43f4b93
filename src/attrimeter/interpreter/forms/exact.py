"""The exact form: a partition whose signed ledger sums to D^2 (docs/method.md#the-exact-form).

c^k = <u_a^k - u_b^k, e_a - e_b>; contributions are c^k / D, so that they sum to D. Where D = 0 all are 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.interpreter.forms.activations import partition_of_unity
from attrimeter.interpreter.forms.fit_settings import ImageFitSettings, LossWeights
from attrimeter.interpreter.forms.form import HeadLike
from attrimeter.interpreter.forms.map_form import TINY, MapForm, all_distances
from attrimeter.interpreter.reading import ImageReading
from attrimeter.schemas import AttributeSchema
from attrimeter.values import OTHER


class Exact(MapForm):
    """Every cell of the last map is divided among the attributes and *other*."""

    name = "exact"
    fit = ImageFitSettings()
    loss_weights = LossWeights(difference=10.0, evidence=1.0, parts=5.0, template=1.0)
    needs_exact_head = True
    is_partition = True

    def activate(self, scores: Float[Tensor, "n maps h w"]) -> Float[Tensor, "n maps h w"]:
        """A softmax over attributes and *other* in every cell."""
        return partition_of_unity(scores)

    def split(
        self, head: HeadLike, last_map: Float[Tensor, "n c h w"], maps: Float[Tensor, "n maps h w"]
    ) -> Float[Tensor, "n maps d"]:
        return split_by_partition(head, last_map, maps)

    def compare_all(self, network: Any, a: ImageReading, b: ImageReading) -> Float[Tensor, "q g maps"]:
        """By the bilinear expansion: four matrix products, nothing of size q x g x maps x d.

        Both sides are first shifted by the mean of b, which changes no difference and keeps digits.
        """
        part_mean, mean = b.parts.mean(dim=0, keepdim=True), b.embeddings.mean(dim=0, keepdim=True)
        parts_a, parts_b = a.parts - part_mean, b.parts - part_mean
        embeddings_a, embeddings_b = a.embeddings - mean, b.embeddings - mean
        ledger = torch.einsum("qkd,qd->qk", parts_a, embeddings_a)[:, None]
        ledger = ledger + torch.einsum("gkd,gd->gk", parts_b, embeddings_b)[None]
        ledger = ledger - torch.einsum("qkd,gd->qgk", parts_a, embeddings_b)
        ledger = ledger - torch.einsum("gkd,qd->qgk", parts_b, embeddings_a)
        distances = all_distances(embeddings_a, embeddings_b)
        return ledger / distances.clamp(min=TINY)[..., None]

    def compare_pairs(self, network: Any, a: ImageReading, b: ImageReading) -> Float[Tensor, "p maps"]:
        return exact_ledger(a.parts - b.parts, a.embeddings - b.embeddings)

    def show_maps(self, schema: AttributeSchema, maps: Float[Array, "maps h w"]) -> dict[str, Array]:
        """The partition as it is, the maps of a group summed."""
        return {**super().show_maps(schema, maps), OTHER: np.clip(maps[-1], 0, 1)}


def split_by_partition(
    head: HeadLike, last_map: Float[Tensor, "n c h w"], maps: Float[Tensor, "n maps h w"]
) -> Float[Tensor, "n maps d"]:
    """u^k = sum_p P^k(p) v(p); what the head adds for every image alike is booked under *other*, the last."""
    parts, bias = head.split(last_map, maps)
    return torch.cat([parts[:, :-1], (parts[:, -1] + bias)[:, None]], dim=1)


def exact_ledger(parts: Float[Tensor, "p maps d"], delta: Float[Tensor, "p d"]) -> Float[Tensor, "p maps"]:
    """Contributions of each part to ||delta||, straight from the definition.

    Args:
        parts: differences u_a^k - u_b^k of p pairs.
        delta: differences e_a - e_b.
    """
    ledger = torch.einsum("pkd,pd->pk", parts, delta)
    contributions: Tensor = ledger / delta.norm(dim=1, keepdim=True).clamp(min=TINY)
    return contributions
