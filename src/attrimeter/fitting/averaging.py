"""The running average of a network's weights, which is what a fit validates and keeps."""

from __future__ import annotations

from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

AVERAGED_STEPS = 100


def average_weights(network: nn.Module) -> AveragedModel:
    """An average of the network's weights and buffers, moved on by ``update_parameters`` after every step."""
    return AveragedModel(network, avg_fn=drift, use_buffers=True)


def drift(average: Tensor, current: Tensor, steps: Tensor | int) -> Tensor:
    """Move an average towards the newest value: over all steps at first, over about the last 100 later on."""
    return average + (current - average) / min(int(steps) + 1, AVERAGED_STEPS)
