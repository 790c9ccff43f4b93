"""What is kept of a target is found again beside that target alone, on whatever machine it runs."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from attrimeter.errors import CheckpointError
from attrimeter.targets import Target
from attrimeter.targets.identity import (
    TOLERANCE,
    TargetIdentity,
    file_fingerprint,
    fingerprint_of,
    probe_numbers,
)
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


def test_order_makes_no_difference() -> None:
    first, second = torch.arange(6.0), torch.ones(2, 2)
    assert fingerprint_of({"a": first, "b": second}, {"x": 1, "y": 2}) == fingerprint_of(
        {"b": second, "a": first}, {"y": 2, "x": 1}
    )


def test_every_ingredient_makes_a_difference() -> None:
    values = torch.arange(6.0)
    variants = [
        fingerprint_of({"a": values}, {"x": 1}),
        fingerprint_of({"b": values}, {"x": 1}),
        fingerprint_of({"a": values}, {"x": 2}),
        fingerprint_of({"a": values.view(2, 3)}, {"x": 1}),
        fingerprint_of({"a": values.view(torch.int32)}, {"x": 1}),
        fingerprint_of({"a": values + 1}, {"x": 1}),
        fingerprint_of({"a": values, "b": values}, {"x": 1}),
    ]
    assert len(set(variants)) == len(variants)


KINDS: dict[str, Callable[[], torch.Tensor]] = {
    "a number": lambda: torch.tensor(3.0),
    "nothing": lambda: torch.zeros(0),
    "bfloat16": lambda: torch.ones(3, dtype=torch.bfloat16),
    "conjugated": lambda: torch.ones(3, dtype=torch.complex64).conj(),
    "truth values": lambda: torch.tensor([True, False]),
    "quantised": lambda: torch.quantize_per_tensor(torch.rand(3), 0.1, 0, torch.qint8),
    "sparse": lambda: torch.eye(3).to_sparse(),
    "a column": lambda: torch.ones(2, 3)[:, 1],
}


@pytest.mark.filterwarnings("ignore:.*quantized tensor creation")
@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_every_kind_of_tensor_has_one(make: Callable[[], torch.Tensor]) -> None:
    values = make()
    found = fingerprint_of({"a": values}, {})
    assert len(found) == 64 and found == fingerprint_of({"a": values.clone()}, {})


def test_they_are_what_they_always_were() -> None:
    tensors = {"a": torch.arange(6.0).view(2, 3), "b": torch.tensor(3)}
    digest = hashlib.sha256(b'{"x": 1}')
    digest.update(b"\na torch.float32 (2, 3)\n" + np.arange(6, dtype=np.float32).tobytes())
    digest.update(b"\nb torch.int64 ()\n" + np.int64(3).tobytes())
    assert fingerprint_of(tensors, {"x": 1}) == digest.hexdigest()


def test_files_are_read_in_their_order(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_bytes(b"first")
    second.write_bytes(b"second")
    assert file_fingerprint(first) == hashlib.sha256(b"first").hexdigest()
    assert (
        len({file_fingerprint(first, second), file_fingerprint(second, first), file_fingerprint(first)}) == 3
    )
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "absent", tmp_path / "pipe", tmp_path):
        with pytest.raises(CheckpointError, match="give the file that holds the weights"):
            file_fingerprint(first, place)


def test_memory_layout_makes_no_difference() -> None:
    values = torch.arange(6.0).view(2, 3)
    assert fingerprint_of({"a": values}, {}) == fingerprint_of({"a": values.T.contiguous().T}, {})
