"""Reading the tensors of a checkpoint file without ever running code that it may carry."""

from __future__ import annotations

import os
import pickle
import warnings
import zipfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from attrimeter.errors import CheckpointError

_PICKLE_STARTS = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_WRAPPERS = ("state_dict", "model")


class Checkpoint(NamedTuple):
    """What a file holds.

    Attributes:
        tensors: name -> tensor, on the CPU.
        metadata: texts stored beside the tensors; empty for a torch file.
    """

    tensors: dict[str, Tensor]
    metadata: dict[str, str]


def read_checkpoint(path: str | os.PathLike[str]) -> Checkpoint:
    """Read a safetensors file, or a torch file of weights (bare, or under "state_dict" or "model").

    Torch files are read by PyTorch's restricted unpickler, with NumPy numbers allowed beside the tensors
    because torchreid stores its scores so. A leading "module." of all names is dropped.

    Raises:
        CheckpointError: no such file, a folder, a damaged or foreign file, Python objects, no weights.
    """
    place = Path(path)
    if place.is_dir():
        raise CheckpointError(f"{place} is a folder; give the checkpoint file itself.")
    try:
        with place.open("rb") as stream:
            start = stream.read(9)
    except OSError as error:
        raise CheckpointError(
            f"The checkpoint {place} cannot be read: {error.strerror}; check the path."
        ) from error
    if start[:4] == b"PK\x03\x04" or start[:2] in _PICKLE_STARTS:
        return Checkpoint(_find_weights(_read_torch(place), place), {})
    if start[8:9] == b"{":
        return _read_safetensors(place)
    raise CheckpointError(
        f"{place} is not a checkpoint: it is neither a PyTorch (.pth, .pt) nor a safetensors file; "
        "check the path, or download the file again."
    )


def _read_safetensors(place: Path) -> Checkpoint:
    try:
        with safe_open(place, framework="pt", device="cpu") as stored:
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
            return Checkpoint(_strip_module(tensors), dict(stored.metadata() or {}))
    except (SafetensorError, OSError) as error:
        raise _damaged(place) from error


def _read_torch(place: Path) -> Any:
    try:
        with _numpy_numbers_allowed(), warnings.catch_warnings(action="ignore"):
            return torch.load(place, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        if not _names_a_global(str(error)):
            raise _damaged(place) from error
        raise CheckpointError(
            f"{place} holds Python objects, such as a whole model, and was not opened because they could "
            "run code; save the weights alone, torch.save(model.state_dict(), path), and give that file."
        ) from error
    except (RuntimeError, EOFError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(place) from error
    except (zipfile.BadZipFile, IndexError, AssertionError, UnicodeError) as error:
        raise _damaged(place) from error


def _find_weights(content: Any, place: Path) -> dict[str, Tensor]:
    for wrapper in _WRAPPERS:
        if isinstance(content, Mapping) and isinstance(content.get(wrapper), Mapping):
            content = content[wrapper]
            break
    is_weights = isinstance(content, Mapping) and all(
        isinstance(name, str) and isinstance(value, Tensor) for name, value in content.items()
    )
    if not is_weights or not content:
        raise CheckpointError(
            f"{place} holds no weights: a dictionary from names to tensors is needed, alone or under "
            '"state_dict"; save model.state_dict().'
        )
    return _strip_module(dict(content))


def _strip_module(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    if not all(name.startswith("module.") for name in tensors):
        return tensors
    return {name.removeprefix("module."): tensor for name, tensor in tensors.items()}


def _damaged(place: Path) -> CheckpointError:
    return CheckpointError(
        f"The checkpoint {place} is damaged, incomplete or of a kind that is not read (whole models, "
        "TorchScript); copy or download it again, or save model.state_dict()."
    )


def _names_a_global(message: str) -> bool:
    return any(word in message for word in ("GLOBAL", "global", "class", "function"))


def _numpy_numbers_allowed() -> AbstractContextManager[None]:
    """Lets the restricted unpickler build NumPy numbers, under their names in NumPy 1 and 2."""
    scalar: Callable[..., Any] = np.float64(0).__reduce__()[0]  # type: ignore[assignment]
    kinds = [type(np.dtype(kind)) for kind in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u8", "?")]
    allowed: list[Any] = [np.dtype, *kinds]
    allowed += [(scalar, f"numpy.{core}.multiarray.scalar") for core in ("core", "_core")]
    return torch.serialization.safe_globals(allowed)
