"""A target that has the numbers of another one, each in a place where it means nothing."""

from __future__ import annotations

import torch
from torch import Tensor

from attrimeter.targets.modules.body import ModuleBody
from attrimeter.targets.network import build_network, weights_of
from attrimeter.targets.target import Target


def shuffle_weights(target: Target, *, seed: int = 0) -> Target:
    """A target whose tensors hold the same numbers, those of every tensor in a random order.

    What was learnt is lost, while sizes, means and variances stay as they were (BatchNorm's variances stay
    positive). For the parameter randomisation test of Adebayo et al., "Sanity checks for saliency maps",
    NeurIPS 2018: an explanation that does not suffer from it does not depend on the model.

    Args:
        target: is not changed.
        seed: of the order.
    """
    generator = torch.Generator().manual_seed(seed)
    if isinstance(target.backbone, ModuleBody):
        tensors = target.backbone.module.state_dict()
        shuffled = {name: _permute(tensor, generator) for name, tensor in sorted(tensors.items())}
        return target.with_weights(shuffled, origin="a shuffled copy")
    network = build_network(target.profile, metric=target.metric)
    places = weights_of(network)
    for name, tensor in sorted(target.weights().items()):
        places[name].copy_(_permute(tensor, generator))
    return Target(network, target.profile, metric=target.metric, device=target.device)


def _permute(tensor: Tensor, generator: torch.Generator) -> Tensor:
    order = torch.randperm(tensor.numel(), generator=generator)
    return tensor.flatten()[order].reshape(tensor.shape)
