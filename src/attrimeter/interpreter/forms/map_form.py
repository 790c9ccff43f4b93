"""Forms that draw a map for every attribute, split the embedding by the maps, and compare the parts."""

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
from attrimeter.interpreter.forms.form import FROZEN, OWN, Form, HeadLike
from attrimeter.interpreter.reading import ImageReading, require_finite
from attrimeter.schemas import AttributeSchema

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
        named = {name: maps[index] for index, name in enumerate(schema.names)}
        for group, members in schema.groups.items():
            named[group] = maps[list(members)].sum(axis=0)
        return {name: np.clip(value, 0, 1) for name, value in named.items()}


def all_distances(a: Float[Tensor, "*b q d"], b: Float[Tensor, "*b g d"]) -> Float[Tensor, "*b q g"]:
    """||a_i - b_j|| by a matrix product; 1e-6 at least."""
    squares = a.square().sum(-1)[..., :, None] + b.square().sum(-1)[..., None, :]
    products: Tensor = a @ b.transpose(-1, -2)
    return (squares - 2 * products).clamp(min=TINY).sqrt()
