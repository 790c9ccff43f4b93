"""The counterfactual form: it predicts what changing one attribute group would do to the distance.

A partition of the map books whole cells: a backpack's cells go to *backpack*, although without it there would
be shirt. The true effect of an attribute is what the distance loses when that attribute alone is changed:
its Shapley value over edits of one person into the other (DESIGN 2.3 and 2.4). This interpreter is fitted on
rendered edits, where that value is measured; *other* is what the groups leave of the squared distance, so
that the ledger adds up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from attrimeter.interpreter.familiarity import image_style
from attrimeter.interpreter.forms import HeadLike
from attrimeter.interpreter.group_reader import GroupReader, GroupReading
from attrimeter.interpreter.interpreter import Interpreter
from attrimeter.interpreter.pair_head import PairHead, PairPrediction, PairSide
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
        told: Float[Tensor, "p groups"] | None = None,
    ) -> PairPrediction:
        """What the pair head says of p pairs."""
        prediction: PairPrediction = self.pair_head(
            self.unpack(parts_a, embeddings_a), self.unpack(parts_b, embeddings_b), told=told
        )
        return prediction


@dataclass
class CounterfactualInterpreter(Interpreter):
    """An interpreter whose contributions are predicted Shapley values of attribute-group edits.

    The second image of a pair is the one that is edited: a contribution answers by how much the distance
    grows when the second person, dressed like the first, takes on this group of their own. So
    exchanging the two images asks another question and may give other numbers. Within a group of several
    attributes (colours) a contribution is divided by how differently each is read in the two images.
    """

    network: CounterfactualNetwork

    def read_maps(
        self,
        last: Float[Tensor, "n c h w"],
        shallow: Float[Tensor, "n s h2 w2"],
        *,
        precise: bool = False,
    ) -> ImageReading:
        """Read images from the target's two maps; ``precise`` gives the embeddings in float64."""
        reading = self.network(last, shallow, self.target.head)
        embeddings = self._precise_head.embed(last.double()) if precise else self.target.head.embed(last)
        return ImageReading(
            embeddings=require_finite(embeddings),
            parts=self.network.pack(reading),
            maps=reading.scores.sigmoid()[:, self.network.group_index],
            logits=self.network.read_attributes(reading.features),
            styles=image_style(shallow),
        )

    def appearance(self, reading: ImageReading) -> Float[Tensor, "n groups f"]:
        """The features that were read of each group."""
        return self.network.unpack(reading.parts, reading.embeddings).features

    @property
    def appearance_shape(self) -> tuple[int, int]:
        return len(self.schema.groups), self.network.evidence.shape[1]

    @torch.no_grad()
    def _compare_pairs(self, a: ImageReading, b: ImageReading) -> Float[Tensor, "p attr_and_other"]:
        with _evaluating(self.network):
            shares = torch.cat(
                [
                    self.network.predict(
                        a.parts[rows], a.embeddings[rows], b.parts[rows], b.embeddings[rows]
                    ).shares
                    for rows in _blocks(len(a))
                ]
                or [a.parts.new_zeros(0, a.parts.shape[1])]
            )
        chords = (a.embeddings - b.embeddings).norm(dim=1)
        divided = divide_groups(shares.to(chords.dtype), a.logits, b.logits, self.network.group_index)
        contributions = divided * chords[:, None]
        return torch.cat([contributions, (chords - contributions.sum(dim=1))[:, None]], dim=1)

    def _compare_all(self, a: ImageReading, b: ImageReading) -> Float[Tensor, "q g attr_and_other"]:
        rows = torch.arange(len(a) * len(b), device=a.parts.device)
        blocks = [
            self._compare_pairs(a.take(rows[block] // len(b)), b.take(rows[block] % len(b)))
            for block in _blocks(len(rows))
        ]
        width = len(self.schema) + 1
        flat = torch.cat(blocks) if blocks else a.embeddings.new_zeros(0, width)
        return flat.reshape(len(a), len(b), width)


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


def build_network(
    *, channels: int, shallow_channels: int, size: int, schema: AttributeSchema, hidden: int
) -> CounterfactualNetwork:
    """A fresh network for a target of these sizes."""
    return CounterfactualNetwork(
        channels=channels,
        shallow_channels=shallow_channels,
        size=size,
        group_index=torch.from_numpy(schema.group_index),
        hidden=hidden,
    )


def _blocks(count: int) -> list[slice]:
    return [slice(start, start + BLOCK_PAIRS) for start in range(0, count, BLOCK_PAIRS)]


@contextmanager
def _evaluating(network: nn.Module) -> Iterator[None]:
    """Run a network in evaluation mode, and leave it in the mode that it had."""
    was_training = network.training
    network.eval()
    try:
        yield
    finally:
        network.train(was_training)
