from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from attrimeter.errors import CheckpointError
from attrimeter.targets.fingerprints import file_fingerprint, fingerprint_of


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
