"""What exchanging one attribute group between two images would do to their distance."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

TINY = 1e-9


@dataclass(frozen=True)
class PairSide:
    """One side of n pairs, as a ``GroupReading`` has it."""

    features: Float[Tensor, "n groups f"]
    carried: Float[Tensor, "n groups d"]
    presence: Float[Tensor, "n groups"]
    embeddings: Float[Tensor, "n d"]


@dataclass(frozen=True)
class PairPrediction:
    """What the head says of n pairs.

    Attributes:
        differs: logit that the group differs.
        moves: how the second image's embedding moves when the group is taken from the second person instead
            of the first.
        values: the group's Shapley value if it differs, as a share of the squared distance.
        shares: probability that it differs times ``values``.
    """

    differs: Float[Tensor, "n groups"]
    moves: Float[Tensor, "n groups d"]
    values: Float[Tensor, "n groups"]
    shares: Float[Tensor, "n groups"]


class PairHead(nn.Module):
    """One small network of its own for every group (docs/method.md#the-counterfactual-form).

    First it predicts whether the group differs, and the move m_g of the second image's embedding that the
    exchange makes. If the embedding were additive in the edits, the squared distance would be quadratic
    in them, and with e_0 = e_b - sum_g m_g (nothing exchanged) the Shapley value exactly
    <m_g, e_0 + e_b - 2 e_a>. A second network corrects this value for what is not additive.

    Args:
        features: of a group in one image.
        size: D, of the embedding.
        groups: G.
        hidden: width of the two networks.
        context: numbers made of each embedding.
        dropout: share of the inputs that is set to zero in fitting.
    """

    def __init__(
        self,
        *,
        features: int,
        size: int,
        groups: int,
        hidden: int = 128,
        context: int = 48,
        dropout: float = 0.05,
    ) -> None:
        super().__init__()
        carried = 32
        self.noise = nn.Dropout(dropout)
        self.normalise = nn.LayerNorm(features)
        self.standardise = nn.BatchNorm1d(size, affine=False)
        self.context = nn.Linear(size, context)
        self.difference = nn.Linear(size, context)
        self.project = nn.Linear(size, carried)
        inputs = 4 * features + 3 * context + 2 * carried + 7
        self.first = _two_layers(groups, inputs, hidden)
        self.move = nn.Parameter(torch.randn(groups, hidden, size) * 0.02)
        self.move_scale = nn.Parameter(torch.full((groups,), 0.3))
        self.differ = nn.Parameter(torch.randn(groups, hidden) * 0.05)
        self.differ_bias = nn.Parameter(torch.zeros(groups))
        self.second = _two_layers(groups, inputs + hidden + 2, hidden)
        self.value = nn.Parameter(torch.zeros(groups, hidden))
        self.value_bias = nn.Parameter(torch.zeros(groups))

    def forward(
        self, a: PairSide, b: PairSide, *, revealed: Float[Tensor, "n groups"] | None = None
    ) -> PairPrediction:
        """Predict for n pairs; ``revealed`` replaces the probability that a group differs (in fitting)."""
        delta = b.embeddings - a.embeddings
        squared = delta.square().sum(dim=1, keepdim=True).clamp(min=TINY)
        seen = self.noise(self._inputs(a, b, squared))
        hidden = self.first(seen)
        exchanged = b.carried - a.carried
        moves = torch.einsum("ngh,ghd->ngd", hidden, self.move) + self.move_scale[:, None] * exchanged
        differs = (hidden * self.differ).sum(dim=2) + self.differ_bias
        chance = differs.sigmoid() if revealed is None else revealed
        start = b.embeddings - (moves * chance[..., None]).sum(dim=1)
        additive = torch.einsum("ngd,nd->ng", moves, start + b.embeddings - 2 * a.embeddings) / squared
        length = moves.square().sum(dim=2) / squared
        corrected = self.second(torch.cat([seen, hidden, additive[..., None], length[..., None]], dim=2))
        values = additive + (corrected * self.value).sum(dim=2) + self.value_bias
        return PairPrediction(differs, moves, values, differs.sigmoid() * values)

    def _inputs(
        self, a: PairSide, b: PairSide, squared: Float[Tensor, "n 1"]
    ) -> Float[Tensor, "n groups inputs"]:
        first, second = self.normalise(a.features), self.normalise(b.features)
        one, other = self.standardise(a.embeddings), self.standardise(b.embeddings)
        context = torch.cat(
            [self.context(one), self.context(other), self.difference((one - other).abs())], dim=1
        )
        exchanged = b.carried - a.carried
        booked = torch.einsum("ngd,nd->ng", exchanged, b.embeddings - a.embeddings) / squared
        numbers = [
            a.presence,
            b.presence,
            squared.log().expand_as(booked),
            booked,
            exchanged.square().sum(dim=2) / squared,
            a.carried.square().sum(dim=2).log1p(),
            b.carried.square().sum(dim=2).log1p(),
        ]
        groups = booked.shape[1]
        return torch.cat(
            [
                (first - second).abs(),
                first * second,
                first,
                second,
                context[:, None].expand(-1, groups, -1),
                self.project(exchanged / squared.sqrt()[..., None]),
                self.project(b.carried),
                torch.stack(numbers, dim=2),
            ],
            dim=2,
        )


class GroupLinear(nn.Module):
    """A linear layer for every group.

    Args:
        groups: G.
        inputs, outputs: of each layer.
    """

    def __init__(self, groups: int, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(groups, inputs, outputs) / inputs**0.5)
        self.bias = nn.Parameter(torch.zeros(groups, 1, outputs))

    def forward(self, inputs: Float[Tensor, "n groups i"]) -> Float[Tensor, "n groups o"]:
        """Each group's row through its own layer."""
        return torch.baddbmm(self.bias, inputs.transpose(0, 1), self.weight).transpose(0, 1)


def _two_layers(groups: int, inputs: int, hidden: int) -> nn.Sequential:
    return nn.Sequential(
        GroupLinear(groups, inputs, hidden), nn.ReLU(), GroupLinear(groups, hidden, hidden), nn.ReLU()
    )
