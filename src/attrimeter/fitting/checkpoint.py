"""A checkpoint: everything that a broken-off run needs to go on as if nothing had happened."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from attrimeter.errors import SettingsError
from attrimeter.storage import write_bytes


def write_checkpoint(path: Path, *, identity: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """Replace ``path`` atomically.

    Args:
        identity: plain data that a run that wants to resume must match (settings, target, data).
        state: tensors, numbers, strings, and lists and dictionaries of them.

    Raises:
        StorageError: the file cannot be written; the previous checkpoint is still there.
    """
    buffer = io.BytesIO()
    torch.save({"identity": json.dumps(identity, sort_keys=True), "state": dict(state)}, buffer)
    write_bytes(path, buffer.getvalue())


def read_checkpoint(path: Path, *, identity: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a checkpoint whose identity is ``identity``. Nothing but plain data is unpickled.

    Raises:
        SettingsError: no such file, a damaged one, or one of another run.
    """
    if not path.is_file():
        raise SettingsError(f"There is no checkpoint {path} to resume from; start the run without --resume.")
    try:
        stored = torch.load(path, map_location="cpu", weights_only=True)
        saved, state = json.loads(stored["identity"]), stored["state"]
    except (
        OSError,
        RuntimeError,
        EOFError,
        KeyError,
        TypeError,
        ValueError,
        pickle.UnpicklingError,
    ) as error:
        raise SettingsError(
            f"The checkpoint {path} is damaged ({type(error).__name__}); start the run without --resume."
        ) from error
    wanted = json.loads(json.dumps(identity, sort_keys=True))
    different = sorted(key for key in {*saved, *wanted} if saved.get(key) != wanted.get(key))
    if different:
        raise SettingsError(
            f"The checkpoint {path} is of another run: its {', '.join(different)} differ. Resume with the "
            "same command, or start anew without --resume."
        )
    return dict(state)
