"""The ledger of every profile adds up: a new profile joins by being listed in the catalogue.

Bodies and necks are built as the profile says, only narrower, which makes no difference to the sum.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest
import torch
from torch import Tensor

from attrimeter.targets.catalogue import PROFILES
from attrimeter.targets.network import Network, build_network
from attrimeter.targets.profile import Profile
from attrimeter.values.metric import Metric

SIZE = (96, 32)
"""Of the images: small, and yet with enough rows for the bands of MGN."""


def narrow(profile: Profile) -> Profile:
    """The profile with few channels, and without what makes no difference to the network."""
    small = {"width": min(profile.width, 8), "linear_size": min(profile.linear_size, 32)}
    return replace(profile, name="", source="", metric="euclidean", image_size=SIZE, **small)


@lru_cache(maxsize=1)
def network_of(profile: Profile) -> Network:
    """With random weights and running statistics; profiles that differ in names alone share one."""
    torch.manual_seed(0)
    network = build_network(profile).eval()
    for name, tensor in network.state_dict().items():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 1.5)
        elif name.endswith("running_mean"):
            tensor.normal_(0, 0.2)
    return network


@torch.no_grad()
def maps_of(network: Network) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    dtype = next(network.parameters()).dtype
    last = network.backbone(torch.randn(2, 3, *SIZE, generator=generator).to(dtype))
    partition = torch.randn(2, 4, *last.shape[2:], generator=generator).to(dtype).softmax(dim=1)
    return last, partition


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize("name", sorted(PROFILES, key=lambda name: repr(narrow(PROFILES[name]))))
@torch.no_grad()
def test_the_ledger_adds_up(name: str, metric: str) -> None:
    network = network_of(narrow(PROFILES[name])).double()
    head = network.head
    head.normalise = PROFILES[name].normalise or metric == "cosine"
    last, partition = maps_of(network)
    embeddings = head.embed(last)
    parts, bias = head.split(last, partition)
    assert embeddings.isfinite().all() and embeddings.std() > 0
    error = (parts.sum(dim=1) + bias - embeddings).norm(dim=1) / embeddings.norm(dim=1)
    assert error.max() < 1e-12
    delta = embeddings[0] - embeddings[1]
    contributions = (parts[0] - parts[1]) @ delta
    total = contributions.sum() + (bias[0] - bias[1]) @ delta
    assert total == pytest.approx(float(delta @ delta), rel=1e-9)
    assert contributions.abs().max() > 0
