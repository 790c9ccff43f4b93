"""What the predicted effects of edits are fitted to (docs/method.md#the-counterfactual-form)."""

from __future__ import annotations

from dataclasses import dataclass

from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits


@dataclass(frozen=True)
class EditTargets:
    """The measured truth of p pairs.

    Attributes:
        shares: Shapley value of each group over the squared distance; 0 where it does not differ.
        moves: how the embedding moves when the group is exchanged.
        differs: which groups differ.
        squared: the squared distance of each pair.
        weights: of each pair, 1 on average.
    """

    shares: Float[Tensor, "p groups"]
    moves: Float[Tensor, "p groups d"]
    differs: Bool[Tensor, "p groups"]
    squared: Float[Tensor, " p"]
    weights: Float[Tensor, " p"]


def share_loss(predicted: Float[Tensor, "p groups"], targets: EditTargets) -> Float[Tensor, ""]:
    """Weighted mean over pairs of sum_g |predicted - true share|; 0 for no pairs.

    With weights proportional to the squared distance this is the numerator of the benchmark's relative error.
    """
    return _mean((predicted - targets.shares).abs().sum(dim=1) * targets.weights)


def value_loss(values: Float[Tensor, "p groups"], targets: EditTargets) -> Float[Tensor, ""]:
    """The same over the groups that differ alone: what is predicted *if* a group differs."""
    misses = (values - targets.shares).abs() * targets.differs
    return _mean(misses.sum(dim=1) * targets.weights)


def move_loss(moves: Float[Tensor, "p groups d"], targets: EditTargets) -> Float[Tensor, ""]:
    """Weighted mean of sum_g ||predicted - true move||^2 / D^2 over the groups that differ."""
    misses = (moves - targets.moves).square().sum(dim=2) * targets.differs
    return _mean(misses.sum(dim=1) / targets.squared.clamp(min=1e-9) * targets.weights)


def differ_loss(logits: Float[Tensor, "p groups"], differs: Bool[Tensor, "p groups"]) -> Float[Tensor, ""]:
    """Binary cross-entropy of whether each group differs; 0 for no pairs."""
    if logits.shape[0] == 0:
        return logits.sum() * 0.0
    return binary_cross_entropy_with_logits(logits, differs.to(logits.dtype))


def cover_loss(
    scores: Float[Tensor, "n groups h w"], cover: Float[Tensor, "n groups h w"]
) -> Float[Tensor, ""]:
    """Binary cross-entropy of every cell's score against the share that the group's parts cover."""
    if scores.shape[0] == 0:
        return scores.sum() * 0.0
    return binary_cross_entropy_with_logits(scores, cover)


def _mean(values: Float[Tensor, " p"]) -> Float[Tensor, ""]:
    return values.mean() if values.shape[0] else values.sum()
