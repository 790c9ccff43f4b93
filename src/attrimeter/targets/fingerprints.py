"""Fingerprints: two targets with the same one compute the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from torch import Tensor


def fingerprint_of(tensors: Mapping[str, Tensor], fields: Mapping[str, Any]) -> str:
    """SHA-256, as 64 hexadecimal digits, over ``fields`` and each tensor's name, type, shape and bytes.

    The order of the tensors and the device they are on make no difference.
    """
    digest = hashlib.sha256(json.dumps(fields, sort_keys=True).encode())
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        digest.update(f"\n{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()
