"""Fingerprints: two targets with the same one compute the same."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

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
