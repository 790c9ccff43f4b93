from __future__ import annotations

import dataclasses

import pytest
import torch

from attrimeter.errors import CheckpointError, SettingsError
from attrimeter.targets.catalogue import PROFILES
from attrimeter.targets.heads.head import GatedLinearHead, PooledHead
from attrimeter.targets.heads.pooling import POOLINGS
from attrimeter.targets.network import build_network, weights_of

TINY = dataclasses.replace(PROFILES["demo"], width=2)


@pytest.mark.parametrize("pooling", sorted(POOLINGS))
@pytest.mark.parametrize("neck", ["none", "batchnorm", "gated_linear"])
def test_the_head_is_the_one_of_the_profile(pooling: str, neck: str) -> None:
    network = build_network(dataclasses.replace(TINY, pooling=pooling, neck=neck))
    assert isinstance(network.head.pooling, POOLINGS[pooling])
    if neck == "gated_linear":
        assert isinstance(network.head, GatedLinearHead)
    else:
        assert isinstance(network.head, PooledHead)
        assert (network.head.neck is not None) == (neck == "batchnorm")


def test_cosine_or_the_profile_ask_for_normalisation() -> None:
    assert not build_network(TINY).head.normalise
    assert build_network(TINY, metric="cosine").head.normalise
    assert build_network(dataclasses.replace(TINY, normalise=True)).head.normalise


def test_embeddings_are_the_head_after_the_body() -> None:
    network = build_network(TINY).eval()
    images = torch.randn(2, 3, 32, 16)
    assert torch.equal(network(images), network.head.embed(network.backbone(images)))


def test_weights_leave_out_only_the_counters() -> None:
    network = build_network(TINY)
    left_out = set(network.state_dict()) - set(weights_of(network))
    assert left_out
    assert all(name.endswith("num_batches_tracked") for name in left_out)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(CheckpointError, match="architecture 'vgg'"):
        build_network(dataclasses.replace(TINY, architecture="vgg"))
    with pytest.raises(SettingsError, match="metric 'manhattan'"):
        build_network(TINY, metric="manhattan")
