"""The network of the counterfactual form: a reader of groups, a head for pairs, a read-out of states."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attrimeter.interpreter.forms.counterfactual.group_reader import GroupReader, GroupReading
from attrimeter.interpreter.forms.counterfactual.pair_head import PairHead, PairPrediction, PairSide
from attrimeter.interpreter.forms.form import HeadLike


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
