"""A checkpoint: everything that a broken-off run needs to go on as if nothing had happened."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from attrimeter.errors import CheckpointError, SettingsError
from attrimeter.storage import open_regular, parse_json, write_bytes
from attrimeter.targets.checkpoints.torch_files import read_torch_file

_SHOWN = 5
_LONGEST = 40


def write_checkpoint(path: Path, *, identity: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """Replace ``path`` atomically.

    Args:
        identity: plain data that a run that wants to resume must match (settings, target, data).
        state: tensors, numbers, strings, and lists and dictionaries of them.

    Raises:
        StorageError: the file cannot be written; the previous checkpoint is still there.
    """
    stored = {"identity": json.dumps(identity, sort_keys=True), "state": dict(state)}
    buffer = io.BytesIO()
    torch.save({**stored, "seal": seal_of(stored)}, buffer)
    write_bytes(path, buffer.getvalue())


def read_checkpoint(path: Path, *, identity: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a checkpoint whose identity is ``identity``. Nothing but plain data is unpickled.

    Raises:
        SettingsError: no such file, a damaged one, one that was changed after it was written, or one of
            another run.
    """
    if not path.is_file():
        raise SettingsError(f"There is no checkpoint {path} to resume from; start the run without --resume.")
    try:
        with open_regular(path):
            stored = read_torch_file(path)
        saved, state = parse_json(stored["identity"]), stored["state"]
        seal = stored.get("seal")  # older checkpoints have none
        if seal is not None and seal != seal_of({"identity": stored["identity"], "state": state}):
            raise ValueError("changed after it was written")
        if not isinstance(saved, dict) or not isinstance(state, dict):
            raise TypeError("no state")
    except (
        CheckpointError,
        OSError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        raise SettingsError(
            f"The checkpoint {path} is damaged; start the run without --resume. What else the folder holds "
            "is usable as it is."
        ) from error
    wanted = json.loads(json.dumps(identity, sort_keys=True))
    different = sorted(key[:_LONGEST] for key in {*saved, *wanted} if saved.get(key) != wanted.get(key))
    if different:
        raise SettingsError(
            f"The checkpoint {path} is of another run: its {', '.join(different[:_SHOWN])} differ. Resume "
            "with the same command, or start anew without --resume."
        )
    return state


def seal_of(value: Any) -> str:
    """SHA-256 of tensors, numbers, strings, and lists and dictionaries of them, with types and order."""
    digest = hashlib.sha256()
    _feed(digest, value)
    return digest.hexdigest()


def _feed(digest: Any, value: Any) -> None:
    if isinstance(value, Tensor):
        digest.update(f"tensor {value.dtype} {tuple(value.shape)}\n".encode())
        digest.update(value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy())
    elif isinstance(value, Mapping):
        digest.update(f"mapping {len(value)}\n".encode())
        for key, entry in value.items():
            _feed(digest, key)
            _feed(digest, entry)
    elif isinstance(value, (list, tuple)):
        digest.update(f"sequence {len(value)}\n".encode())
        for entry in value:
            _feed(digest, entry)
    else:
        digest.update(f"{type(value).__name__} {value!r}\n".encode())
