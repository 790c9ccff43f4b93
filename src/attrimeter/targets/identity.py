"""By what a target is known again, so that nothing made of it is ever taken for another one's."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from attrimeter.arrays import Array
from attrimeter.errors import CheckpointError
from attrimeter.storage import open_regular


def fingerprint_of(tensors: Mapping[str, Tensor], fields: Mapping[str, Any]) -> str:
    """SHA-256, as 64 hexadecimal digits, over ``fields`` and each tensor's name, type, shape and bytes.

    The order of the tensors and the device they are on make no difference.
    """
    digest = hashlib.sha256(json.dumps(fields, sort_keys=True).encode())
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu()
        if tensor.is_quantized or tensor.layout != torch.strided:
            tensor = tensor.dequantize() if tensor.is_quantized else tensor.to_dense()
        digest.update(f"\n{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        values = tensor.resolve_conj().resolve_neg().flatten().contiguous()
        digest.update(values.view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def file_fingerprint(*paths: str | os.PathLike[str]) -> str:
    """64 hexadecimal digits for the content of one or more files, in this order; of one file its SHA-256.

    Raises:
        CheckpointError: one cannot be read.
    """
    digests: list[bytes] = []
    for path in paths:
        try:
            with open_regular(path) as stream:
                digests.append(hashlib.file_digest(stream, "sha256").digest())  # type: ignore[arg-type]
        except OSError as error:
            raise CheckpointError(
                f"{path} cannot be read ({error.strerror or error}); give the file that holds the weights."
            ) from error
    return digests[0].hex() if len(digests) == 1 else hashlib.sha256(b"".join(digests)).hexdigest()


TOLERANCE = 0.01
"""Largest difference of two probes of one target, relative to their length. From one machine to the next they
differ by rounding: in float32 by less than 1e-4, with convolutions in TF32 by up to 7e-3."""

_VERSION = 1
_NUMBERS = 16


@dataclass(frozen=True)
class TargetIdentity:
    """A target's fingerprint, and what the target makes of a fixed picture.

    The fingerprint is exact, and knows what the target says of itself: weights, profile, settings. What it
    does not say (the code of a module, weights that are no tensors of it) shows in the probe, which is
    compared with a tolerance because no two machines compute the same digits.

    Attributes:
        fingerprint: 64 hexadecimal digits.
        probe: what :func:`probe_numbers` made of the maps and the embedding.
    """

    fingerprint: str
    probe: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain data, to be kept beside what was made of the target."""
        return {"fingerprint": self.fingerprint, "probe": {"version": _VERSION, "numbers": [*self.probe]}}

    def mismatch(self, kept: Mapping[str, Any]) -> str | None:
        """What tells the target that was kept from this one, as the end of "... was made with a target ...".

        None if nothing does.

        Args:
            kept: what :meth:`to_dict` gave then; without a probe, or with one of an older version, the
                fingerprint alone decides.
        """
        wanted = str(kept.get("fingerprint"))
        if wanted != self.fingerprint:
            return (
                f"of fingerprint {wanted[:12]}, but the target given has fingerprint "
                f"{self.fingerprint[:12]}: its weights, profile or metric differ"
            )
        if not _has_probe(kept):
            return None
        difference = self._difference(kept["probe"])
        if difference <= TOLERANCE:
            return None
        return (
            f"of fingerprint {wanted[:12]}, and the target given has the same, but makes something else of a "
            f"test picture (its numbers are off by {difference:.2g} of their length): its code changed, or "
            "weights that its fingerprint does not cover"
        )

    def is_same(self, kept: Any) -> bool:
        """Whether what was kept is this identity, probe and all."""
        return isinstance(kept, dict) and _has_probe(kept) and self.mismatch(kept) is None

    def _difference(self, probe: Mapping[str, Any]) -> float:
        """Of the two probes, the largest of maps and embedding; infinite for what is no probe."""
        try:
            found, own = np.array(probe["numbers"], dtype=np.float64), np.array(self.probe)
            misses, lengths, own_lengths = (_lengths(numbers) for numbers in (found - own, found, own))
        except (KeyError, TypeError, ValueError):
            return float("inf")
        with np.errstate(all="ignore"):
            shares = misses / np.maximum(lengths, own_lengths).clip(min=1e-12)
        return float(np.nan_to_num(shares, nan=np.inf).max())


def _has_probe(kept: Mapping[str, Any]) -> bool:
    probe = kept.get("probe")
    return isinstance(probe, Mapping) and probe.get("version") == _VERSION


def _lengths(numbers: Array) -> Array:
    """Of the numbers of each reading."""
    with np.errstate(over="ignore"):
        lengths: Array = np.linalg.norm(numbers.reshape(-1, _NUMBERS), axis=1)
    return lengths


def probe_numbers(readings: Sequence[Tensor]) -> tuple[float, ...]:
    """Sixteen numbers for each tensor: its inner products with fixed vectors of random signs.

    A change of a tensor changes them by about as much of their length (Johnson and Lindenstrauss, 1984).
    """
    numbers: list[float] = []
    for reading in readings:
        values = reading.detach().cpu().double().flatten().numpy()
        raw = np.random.PCG64(7).random_raw(_NUMBERS * -(-len(values) // 64)).astype("<u8")
        signs = np.unpackbits(raw.view(np.uint8)).reshape(_NUMBERS, -1)[:, : len(values)]
        numbers += (2 * (signs @ values) - values.sum()).tolist()
    return tuple(float(f"{number:.6g}") for number in numbers)
