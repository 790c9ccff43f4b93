"""The counterfactual form: it predicts what changing one attribute group would do to the distance.

A partition of the map books whole cells: a backpack's cells go to *backpack*, although without it there would
be shirt. The true effect of an attribute is what the distance loses when that attribute alone is changed:
its Shapley value over edits of one person into the other (docs/method.md#truth-by-edits).
This form is fitted on
rendered edits, where that value is measured; *other* is what the groups leave of the squared distance, so
that the ledger adds up.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from attrimeter.arrays import Array
from attrimeter.evaluation_mode import evaluation_mode
from attrimeter.interpreter.familiarity import image_style
from attrimeter.interpreter.forms.counterfactual.network import CounterfactualNetwork
from attrimeter.interpreter.forms.fit_settings import EditFitSettings, LossWeights
from attrimeter.interpreter.forms.form import Form, HeadLike, named_maps
from attrimeter.interpreter.reading import ImageReading, require_finite
from attrimeter.schemas import AttributeSchema

BLOCK_PAIRS = 2048
EVEN = 1e-3


class Counterfactual(Form):
    """Contributions are predicted Shapley values of attribute-group edits.

    The second image of a pair is the one that is edited: a contribution answers by how much the distance
    grows when the second person, dressed like the first, takes on this group of their own. So
    exchanging the two images asks another question and may give other numbers. Within a group of several
    attributes (colours) a contribution is divided by how differently each is read in the two images.
    """

    name = "counterfactual"
    fit = EditFitSettings()
    loss_weights = LossWeights(share=1.0, value=1.0, move=0.5, differ=0.5, cover=2.0, evidence=0.5, real=0.5)
    hidden = 160
    predicts_changes = True
    reads_pairs = True

    def build_network(
        self,
        schema: AttributeSchema,
        *,
        channels: int,
        shallow_channels: int,
        size: int,
        hidden: int,
        trunk: nn.Module | None,
    ) -> CounterfactualNetwork:
        return CounterfactualNetwork(
            channels=channels,
            shallow_channels=shallow_channels,
            size=size,
            group_index=torch.from_numpy(schema.group_index),
            hidden=hidden,
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
        """What is seen of every group; ``precise_head`` gives the embeddings in float64."""
        reading = network(last, shallow, head)
        embeddings = head.embed(last) if precise_head is None else precise_head.embed(last.double())
        return ImageReading(
            embeddings=require_finite(embeddings),
            parts=network.pack(reading),
            maps=reading.scores.sigmoid()[:, network.group_index],
            logits=network.read_attributes(reading.features),
            styles=image_style(shallow),
        )

    def appearance(self, network: Any, reading: ImageReading) -> Float[Tensor, "n groups f"]:
        """The features that were read of each group."""
        features: Tensor = network.unpack(reading.parts, reading.embeddings).features
        return features

    def appearance_shape(self, network: Any, schema: AttributeSchema, size: int) -> tuple[int, int]:
        return len(schema.groups), network.evidence.shape[1]

    @torch.no_grad()
    def compare_pairs(
        self, network: Any, a: ImageReading, b: ImageReading
    ) -> Float[Tensor, "p attr_and_other"]:
        """In blocks of 2,048 pairs, without gradient, in evaluation mode."""
        with evaluation_mode(network):
            sides = [(side.parts, side.embeddings) for side in (a, b)]
            blocks = [
                network.predict(*(values[rows] for side in sides for values in side)).shares
                for rows in _blocks(len(a))
            ]
        shares = torch.cat(blocks or [a.parts.new_zeros(0, a.parts.shape[1])])
        chords = (a.embeddings - b.embeddings).norm(dim=1)
        divided = divide_groups(shares.to(chords.dtype), a.logits, b.logits, network.group_index)
        contributions = divided * chords[:, None]
        return torch.cat([contributions, (chords - contributions.sum(dim=1))[:, None]], dim=1)

    def compare_all(
        self, network: Any, a: ImageReading, b: ImageReading
    ) -> Float[Tensor, "q g attr_and_other"]:
        """The pairs one by one, in the same blocks."""
        rows = torch.arange(len(a) * len(b), device=a.parts.device)
        blocks = [
            self.compare_pairs(network, a.take(rows[block] // len(b)), b.take(rows[block] % len(b)))
            for block in _blocks(len(rows))
        ]
        width = len(network.group_index) + 1
        flat = torch.cat(blocks) if blocks else a.embeddings.new_zeros(0, width)
        return flat.reshape(len(a), len(b), width)

    def show_maps(self, schema: AttributeSchema, maps: Float[Array, "maps h w"]) -> dict[str, Array]:
        """The attributes of a group share its map, a probability."""
        return {name: np.clip(value, 0, 1) for name, value in named_maps(schema, maps, np.mean).items()}


def divide_groups(
    shares: Float[Tensor, "p groups"],
    logits_a: Float[Tensor, "p attr"],
    logits_b: Float[Tensor, "p attr"],
    group_index: Int64[Tensor, " attr"],
) -> Float[Tensor, "p attr"]:
    """Divide each group's share among its attributes, in proportion to how differently each was read.

    An attribute's weight is |p_a - p_b| + 0.001, so that a group in which nothing was read to differ is
    divided evenly. The attributes of a group sum to its share.
    """
    weights = (logits_a.sigmoid() - logits_b.sigmoid()).abs().to(shares.dtype) + EVEN
    sums = torch.zeros_like(shares).index_add(1, group_index, weights)
    return shares[:, group_index] * weights / sums[:, group_index]


def _blocks(count: int) -> list[slice]:
    return [slice(start, start + BLOCK_PAIRS) for start in range(0, count, BLOCK_PAIRS)]
