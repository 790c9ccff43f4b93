"""The counterfactual form: it predicts what changing one attribute group would do to the distance.

A partition of the map books whole cells: a backpack's cells go to *backpack*, although without it there would
be shirt. The true effect of an attribute is what the distance loses when that attribute alone is changed:
its Shapley value over edits of one person into the other (docs/method.md#truth-by-edits). This form is fitted
on rendered edits, where that value is measured; *other* is what the groups leave of the squared distance, so
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
from attrimeter.interpreter.forms.counterfactual.group_reader import GroupReader, GroupReading
from attrimeter.interpreter.forms.counterfactual.pair_head import PairHead, PairPrediction, PairSide
from attrimeter.interpreter.forms.fit_settings import EditFitSettings, LossWeights
from attrimeter.interpreter.forms.form import Form, HeadLike, named_maps
from attrimeter.interpreter.reading import ImageReading, require_finite
from attrimeter.schemas import AttributeSchema

BLOCK_PAIRS = 2048
EVEN = 1e-3


class CounterfactualNetwork(nn.Module):
    """Group reader, pair head, and a read-out of the attribute states.

    Args:
        channels, shallow_channels, size: of the target's maps and embedding.
        group_index: group of each of the K attributes.
        hidden: channels of the group reader.
    """

    group_index: Tensor

    def __init__(
        self, *, channels: int, shallow_channels: int, size: int, group_index: Tensor, hidden: int = 160
    ) -> None:
        super().__init__()
        groups = int(group_index.max()) + 1
        self.register_buffer("group_index", group_index.clone(), persistent=False)
        self.reader = GroupReader(
            channels=channels, shallow_channels=shallow_channels, groups=groups, hidden=hidden
        )
        features = 2 * self.reader.describe.out_channels
        self.pair_head = PairHead(features=features, size=size, groups=groups)
        self.evidence = nn.Parameter(torch.zeros(len(group_index), features))
        self.evidence_bias = nn.Parameter(torch.zeros(len(group_index)))
        self.size = size

    def forward(
        self, last: Float[Tensor, "n c h w"], shallow: Float[Tensor, "n s h2 w2"], head: HeadLike
    ) -> GroupReading:
        """Read n images group by group."""
        reading: GroupReading = self.reader(last, shallow, head)
        return reading

    def read_attributes(self, features: Float[Tensor, "n groups f"]) -> Float[Tensor, "n attr"]:
        """Logit of each attribute's positive state, linear in the features of its group."""
        return (features[:, self.group_index] * self.evidence).sum(dim=2) + self.evidence_bias

    def pack(self, reading: GroupReading) -> Float[Tensor, "n groups packed"]:
        """Everything of a reading that the pair head needs, side by side."""
        return torch.cat([reading.carried, reading.features, reading.presence[..., None]], dim=2)

    def unpack(self, parts: Float[Tensor, "n groups packed"], embeddings: Float[Tensor, "n d"]) -> PairSide:
        """The inverse of :meth:`pack`, with the target's embeddings."""
        return PairSide(
            features=parts[..., self.size : -1],
            carried=parts[..., : self.size],
            presence=parts[..., -1],
            embeddings=embeddings.to(parts.dtype),
        )

    def predict(
        self,
        parts_a: Float[Tensor, "p groups packed"],
        embeddings_a: Float[Tensor, "p d"],
        parts_b: Float[Tensor, "p groups packed"],
        embeddings_b: Float[Tensor, "p d"],
        *,
        revealed: Float[Tensor, "p groups"] | None = None,
    ) -> PairPrediction:
        """What the pair head says of p pairs."""
        prediction: PairPrediction = self.pair_head(
            self.unpack(parts_a, embeddings_a), self.unpack(parts_b, embeddings_b), revealed=revealed
        )
        return prediction


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
        sides = [
            torch.split(values, BLOCK_PAIRS) for side in (a, b) for values in (side.parts, side.embeddings)
        ]
        with evaluation_mode(network):
            shares = torch.cat([network.predict(*block).shares for block in zip(*sides, strict=True)])
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
            self.compare_pairs(network, a.take(block // len(b)), b.take(block % len(b)))
            for block in torch.split(rows, BLOCK_PAIRS)
        ]
        return torch.cat(blocks).reshape(len(a), len(b), len(network.group_index) + 1)

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
