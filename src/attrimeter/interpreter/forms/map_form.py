"""The exact and the distilled form: the map of every attribute takes its part of the embedding."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.arrays import Array
from attrimeter.interpreter.familiarity import image_style
from attrimeter.interpreter.forms.attention_network import AttentionNetwork
from attrimeter.interpreter.forms.fit_settings import ImageFitSettings, LossWeights
from attrimeter.interpreter.forms.form import FROZEN, OWN, Form, HeadLike, named_maps
from attrimeter.interpreter.reading import ImageReading, require_finite
from attrimeter.schemas import AttributeSchema
from attrimeter.values import OTHER

TINY = 1e-12


class MapForm(Form):
    """A form with an :class:`AttentionNetwork`; one more is :meth:`activate`, :meth:`split` and two ways to
    compare."""

    trunks = (FROZEN, OWN)

    @abstractmethod
    def activate(self, scores: Float[Tensor, "n maps h w"]) -> Float[Tensor, "n maps h w"]:
        """Raw scores to attention maps."""

    @abstractmethod
    def split(
        self, head: HeadLike, last_map: Float[Tensor, "n c h w"], maps: Float[Tensor, "n maps h w"]
    ) -> Float[Tensor, "n maps d"]:
        """The attribute embeddings of n images."""

    def build_network(
        self,
        schema: AttributeSchema,
        *,
        channels: int,
        shallow_channels: int,
        size: int,
        hidden: int,
        trunk: nn.Module | None,
    ) -> AttentionNetwork:
        """A network that draws a map for every attribute, and for *other* where the maps are a partition."""
        return AttentionNetwork(
            channels=channels + (shallow_channels if trunk is None else 0),
            attributes=len(schema),
            maps=len(schema) + int(self.is_partition),
            hidden=hidden,
            trunk=trunk,
        )

    def read(
        self,
        network: Any,
        head: HeadLike,
        last: Float[Tensor, "n c h w"],
        shallow: Float[Tensor, "n s h2 w2"],
        *,
        precise_head: HeadLike | None = None,
    ) -> ImageReading:
        """The maps, and what they carry of the embedding.

        On a GPU the network itself runs in bfloat16 while it is fitted; distances never do. With
        ``precise_head`` everything after the score maps is computed in float64.
        """
        with torch.autocast(last.device.type, torch.bfloat16, enabled=last.is_cuda and network.training):
            output = network(last, shallow)
        scores, hidden = output.scores.float(), output.hidden.float()
        if precise_head is not None:
            head, scores, last = precise_head, scores.double(), last.double()
        maps = self.activate(scores)
        own_maps = maps[:, : network.attributes].to(hidden.dtype)
        return ImageReading(
            embeddings=require_finite(head.embed(last)),
            parts=self.split(head, last, maps),
            maps=maps,
            logits=network.read_attributes(hidden, own_maps),
            styles=image_style(shallow),
        )

    def appearance(self, network: Any, reading: ImageReading) -> Float[Tensor, "n attr d"]:
        """The attribute embeddings: a cosine of two says how alike two persons are where the map lies."""
        return reading.parts[:, : network.attributes]

    def appearance_shape(self, network: Any, schema: AttributeSchema, size: int) -> tuple[int, int]:
        return len(schema), size

    def show_maps(self, schema: AttributeSchema, maps: Float[Array, "maps h w"]) -> dict[str, Array]:
        """Those of a group are summed."""
        return {name: np.clip(value, 0, 1) for name, value in named_maps(schema, maps, np.sum).items()}


def all_distances(a: Float[Tensor, "*b q d"], b: Float[Tensor, "*b g d"]) -> Float[Tensor, "*b q g"]:
    """||a_i - b_j|| by a matrix product; 1e-6 at least."""
    squares = a.square().sum(-1)[..., :, None] + b.square().sum(-1)[..., None, :]
    products: Tensor = a @ b.transpose(-1, -2)
    return (squares - 2 * products).clamp(min=TINY).sqrt()


def positive_activation(scores: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """exp(z) for z < 0 and sqrt(z + 1) for z >= 0: positive, increasing, slow to grow (AMD, ICCV 2021)."""
    negative = scores.clamp(max=0).exp()
    positive = (scores.clamp(min=0) + 1).sqrt()
    return torch.where(scores < 0, negative, positive)


def partition_of_unity(scores: Float[Tensor, "images maps h w"]) -> Float[Tensor, "images maps h w"]:
    """Softmax over the maps of every cell: P^k(p) >= 0 and sum_k P^k(p) = 1."""
    return scores.softmax(dim=1)


class Exact(MapForm):
    """A partition whose signed ledger sums to D^2 (docs/method.md#the-exact-form).

    Every cell of the last map is divided among the attributes and *other*. With
    c^k = <u_a^k - u_b^k, e_a - e_b> contributions are c^k / D, so that they sum to D. Where D = 0 all are 0.
    """

    name = "exact"
    fit = ImageFitSettings()
    loss_weights = LossWeights(difference=10.0, evidence=1.0, parts=5.0, template=1.0)
    needs_exact_head = True
    is_partition = True

    def activate(self, scores: Float[Tensor, "n maps h w"]) -> Float[Tensor, "n maps h w"]:
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


class Distilled(MapForm):
    """AMD as published (ICCV 2021): D approx mean_k d^k of d^k = ||e_a^k - e_b^k|| with e^k = head(F * A^k).

    Contributions are d^k / K; *other* is what their sum leaves of D, of either sign.
    """

    name = "distilled"
    fit = ImageFitSettings()
    loss_weights = LossWeights(distillation=1.0, prior=10.0, evidence=1.0)
    needs_gradient = True
    has_gap = True
    is_signed = False

    def activate(self, scores: Float[Tensor, "n maps h w"]) -> Float[Tensor, "n maps h w"]:
        return positive_activation(scores)

    def split(
        self, head: HeadLike, last_map: Float[Tensor, "n c h w"], maps: Float[Tensor, "n maps h w"]
    ) -> Float[Tensor, "n maps d"]:
        return head.embed_masked(last_map, maps)

    def compare_all(self, network: Any, a: ImageReading, b: ImageReading) -> Float[Tensor, "q g parts"]:
        """One distance matrix per attribute."""
        components = all_distances(a.parts.transpose(0, 1), b.parts.transpose(0, 1)).permute(1, 2, 0)
        return _with_remainder(components, all_distances(a.embeddings, b.embeddings))

    def compare_pairs(self, network: Any, a: ImageReading, b: ImageReading) -> Float[Tensor, "p parts"]:
        """Straight from the definition."""
        return _with_remainder((a.parts - b.parts).norm(dim=2), (a.embeddings - b.embeddings).norm(dim=1))

    def show_maps(self, schema: AttributeSchema, maps: Float[Array, "maps h w"]) -> dict[str, Array]:
        """Each map divided by its maximum."""
        named = named_maps(schema, maps, np.sum)
        return {name: value / max(float(value.max()), 1e-12) for name, value in named.items()}


def _with_remainder(
    components: Float[Tensor, "*p attr"], distances: Float[Tensor, "*p"]
) -> Float[Tensor, "*p attr_and_other"]:
    parts = components / components.shape[-1]
    other = distances - parts.sum(dim=-1)
    return torch.cat([parts, other[..., None]], dim=-1)
