"""On an NVIDIA GPU a target computes what it computes on the CPU."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from attrimeter.targets import PROFILES, Target, build_network, weights_of
from attrimeter.targets.identity import TOLERANCE as LARGEST
from attrimeter.targets.profile import Profile

pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="there is no NVIDIA GPU on this machine"
)

CUDA = torch.device("cuda", 0)
TOLERANCE = 1e-4


def make_target(profile: Profile, device: torch.device) -> Target:
    torch.manual_seed(0)
    network = build_network(profile)
    for name, value in weights_of(network).items():
        if name.endswith("running_var"):
            value.uniform_(0.5, 1.5)
    return Target(network, profile, metric=profile.metric, device=device)


@pytest.mark.parametrize("name", PROFILES)
def test_a_target_is_known_again_on_the_gpu(name: str) -> None:
    """To a tenth of what is tolerated."""
    profile = replace(PROFILES[name], image_size=(96, 32))
    ours, theirs = (make_target(profile, device).identity for device in (torch.device("cpu"), CUDA))
    assert ours.fingerprint == theirs.fingerprint and ours.mismatch(theirs.to_dict()) is None
    kept, found = (np.array(identity.probe).reshape(3, -1) for identity in (ours, theirs))
    misses = np.linalg.norm(found - kept, axis=1) / np.linalg.norm(kept, axis=1)
    assert misses.max() < LARGEST / 10, misses


@pytest.mark.parametrize("name", PROFILES)
def test_the_gpu_agrees_with_the_cpu(name: str) -> None:
    profile = replace(PROFILES[name], image_size=(96, 32))
    images = list(np.random.default_rng(1).integers(0, 256, (3, 128, 64, 3), dtype=np.uint8))
    embeddings, parts = [], []
    for device in (torch.device("cpu"), CUDA):
        target = make_target(profile, device)
        last = target.read_maps(target.preprocess(images)).last
        partition = torch.ones(3, 2, *last.shape[2:], device=device) / 2
        split = target.head.split(last, partition)
        found = target.head.embed(last)
        error = (split.parts.sum(dim=1) + split.bias - found).norm() / found.norm()
        assert error < 1e-5
        embeddings.append(found.cpu().double())
        parts.append(split.parts.cpu().double())
    for cpu, gpu in (embeddings, parts):
        assert (gpu - cpu).norm() / cpu.norm() < TOLERANCE


def test_reading_maps_leaves_the_precision_of_others_as_it_was() -> None:
    before = torch.backends.cudnn.allow_tf32, torch.backends.cudnn.benchmark
    target = make_target(PROFILES["demo"], CUDA)
    target.read_maps(target.preprocess([np.zeros((128, 64, 3), dtype=np.uint8)]))
    assert (torch.backends.cudnn.allow_tf32, torch.backends.cudnn.benchmark) == before
