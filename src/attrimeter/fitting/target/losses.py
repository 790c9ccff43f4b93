"""What a target is trained to do: tell identities apart, and keep each near itself."""

from __future__ import annotations

from typing import Any

from jaxtyping import Float, Int
from torch import Tensor, nn

from attrimeter.fitting.target.augmentation import import_for_training
from attrimeter.fitting.target.settings import TargetTrainingSettings


class BatchHardTripletLoss(nn.Module):
    """Per image: the farthest image of its identity must be nearer than the nearest of another, by a margin.

    Hermans et al., "In defense of the triplet loss for person re-identification", 2017, equation 5; a
    margin of 0 takes their soft margin. Averaged over the images whose loss is not zero; images without a
    positive in the batch do not count.

    Raises:
        SettingsError: pytorch-metric-learning is not installed.
    """

    def __init__(self, settings: TargetTrainingSettings) -> None:
        super().__init__()
        distances = import_for_training("pytorch_metric_learning.distances")
        losses = import_for_training("pytorch_metric_learning.losses")
        miners = import_for_training("pytorch_metric_learning.miners")
        distance = distances.LpDistance(normalize_embeddings=False)
        self._miner: Any = miners.BatchHardMiner(distance=distance)
        margin = settings.triplet_margin
        self._loss: Any = losses.TripletMarginLoss(margin=margin, smooth_loss=margin == 0, distance=distance)

    def forward(self, features: Float[Tensor, "batch d"], identities: Int[Tensor, " batch"]) -> Tensor:
        """The loss of a batch, a scalar >= 0; 0 where no image has a positive and a negative."""
        loss: Tensor = self._loss(features, identities, self._miner(features, identities))
        return loss
