"""A target with all its numbers in other places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.targets import Target, open_target
from attrimeter.targets.shuffling import shuffle_weights
from targets.own_modules import SIZE, SmallNet, filled


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


def test_every_tensor_keeps_its_numbers_and_loses_their_order(target: Target) -> None:
    before = target.weights()
    shuffled = shuffle_weights(target, seed=1)
    after = shuffled.weights()
    assert after.keys() == before.keys()
    for name, tensor in before.items():
        assert after[name].shape == tensor.shape and after[name].dtype == tensor.dtype
        assert torch.equal(after[name].flatten().sort().values, tensor.flatten().sort().values)
        if len(tensor.flatten().unique()) > 9:
            assert not torch.equal(after[name], tensor)
        if name.endswith("running_var"):
            assert (after[name] > 0).all()
    assert all(torch.equal(tensor, target.weights()[name]) for name, tensor in before.items())


def test_it_is_another_target_of_the_same_kind(target: Target) -> None:
    shuffled = shuffle_weights(target)
    assert (shuffled.profile, shuffled.metric) == (target.profile, target.metric)
    assert shuffled.fingerprint != target.fingerprint
    image = np.random.default_rng(0).integers(0, 256, size=(2, 128, 64, 3), dtype=np.uint8)
    one, other = target.embed_images(list(image)), shuffled.embed_images(list(image))
    assert np.isfinite(other).all() and not np.allclose(one, other, rtol=0.1)


def test_the_seed_decides(target: Target) -> None:
    assert shuffle_weights(target, seed=2).fingerprint == shuffle_weights(target, seed=2).fingerprint
    assert shuffle_weights(target, seed=2).fingerprint != shuffle_weights(target, seed=3).fingerprint


def test_a_module_of_ones_own_is_shuffled_too() -> None:
    target = Target.from_module(filled(SmallNet()), last_map="relu", input_size=SIZE)
    shuffled = shuffle_weights(target)
    assert shuffled.fingerprint != target.fingerprint and shuffled.profile == target.profile
    images = list(np.random.default_rng(0).integers(0, 256, size=(2, 64, 32, 3), dtype=np.uint8))
    one, other = target.embed_images(images), shuffled.embed_images(images)
    assert np.isfinite(other).all() and not np.allclose(one, other, rtol=0.1)
