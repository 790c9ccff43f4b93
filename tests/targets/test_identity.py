"""What is kept of a target is found again beside that target alone, on whatever machine it runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from attrimeter.targets import Target
from attrimeter.targets.identity import TOLERANCE, TargetIdentity, probe_numbers
from targets.own_modules import SIZE, SmallNet, filled


class Engine(SmallNet):
    """Something of it is no tensor that the module knows of, as where an engine is wrapped."""

    gain = torch.linspace(0.5, 1.5, 6)

    def finish(self, last_map: Tensor) -> Tensor:
        return super().finish(last_map) * self.gain


def target_of(module: nn.Module) -> Target:
    """The same weights whenever the tensors are the same."""
    torch.manual_seed(0)
    for value in module.parameters():
        nn.init.normal_(value, 0, 0.3)
    return Target.from_module(filled(module), last_map="relu", shallow_map="layer1", input_size=SIZE)


def changed_gain() -> Target:
    module = Engine()
    module.gain = torch.linspace(0.5, 1.4, 6)
    return target_of(module)


def changed_layer() -> Target:
    module = Engine()
    module.layer1[2] = nn.LeakyReLU(0.2)
    return target_of(module)


@pytest.mark.parametrize("changed", [changed_gain, changed_layer])
def test_what_the_fingerprint_does_not_see_shows_in_the_probe(changed: Callable[[], Target]) -> None:
    kept = json.loads(json.dumps(target_of(Engine()).identity.to_dict()))
    other = changed().identity
    assert other.fingerprint == kept["fingerprint"]
    reason = other.mismatch(kept)
    assert reason is not None and "makes something else of a test picture" in reason
    assert target_of(Engine()).identity.mismatch(kept) is None


def test_rounding_passes_and_other_weights_do_not() -> None:
    """Weights rounded as coarsely as TF32 rounds them: ten bits."""
    target = target_of(SmallNet())
    kept = target.identity.to_dict()

    def rounded(values: Tensor) -> Tensor:
        mantissa, exponent = torch.frexp(values)
        return torch.ldexp((mantissa * 2**11).round() / 2**11, exponent)

    tensors = target.backbone.module.state_dict()
    coarse = target.with_weights(
        {k: rounded(v) if v.is_floating_point() else v for k, v in tensors.items()}, origin="x"
    )
    same = TargetIdentity(target.fingerprint, coarse.identity.probe)
    assert same.probe != target.identity.probe and same.mismatch(kept) is None
    tensors["neck.running_mean"] = tensors["neck.running_mean"] + 0.1
    other = TargetIdentity(target.fingerprint, target.with_weights(tensors, origin="x").identity.probe)
    assert other.mismatch(kept) is not None


def test_old_ones_without_a_probe_are_told_by_the_fingerprint() -> None:
    identity = target_of(SmallNet()).identity
    old = {"name": "net", "fingerprint": identity.fingerprint}
    assert identity.mismatch(old) is None and not identity.is_same(old)
    assert identity.mismatch({**old, "probe": {"version": 0, "numbers": [1.0]}}) is None
    assert "has fingerprint" in str(identity.mismatch({"fingerprint": "0" * 64}))


@pytest.mark.parametrize(
    "numbers", [None, "x", [], [1.0], [float("nan")] * 48, [[1.0] * 48], [0.0] * 48, [1e308] * 48, ["a"] * 48]
)
def test_a_damaged_probe_is_another_one(numbers: Any) -> None:
    identity = target_of(SmallNet()).identity
    kept = {"fingerprint": identity.fingerprint, "probe": {"version": 1, "numbers": numbers}}
    assert identity.mismatch(kept) is not None and not identity.is_same(kept)


def test_probes_follow_the_size_of_a_change() -> None:
    generator = torch.Generator().manual_seed(0)
    reading = torch.randn(1, 50, 16, 8, generator=generator)
    change = torch.randn(reading.shape, generator=generator) * reading.norm() / reading.numel() ** 0.5
    for share in (TOLERANCE / 10, TOLERANCE * 10):
        kept = TargetIdentity("f", probe_numbers([reading]))
        moved = TargetIdentity("f", probe_numbers([reading + share * change]))
        assert (moved.mismatch(kept.to_dict()) is None) == (share < TOLERANCE)
    assert len(probe_numbers([reading, reading])) == 32
