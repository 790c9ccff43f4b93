"""Reading the tensors of a checkpoint file without ever running code that it may carry."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import safe_open
from torch import Tensor

from attrimeter.errors import CheckpointError
from attrimeter.legible import count, quote_name, quote_names
from attrimeter.storage import plainly_named
from attrimeter.targets.checkpoints.other_doors import other_door
from attrimeter.targets.checkpoints.torch_files import PICKLE_STARTS, ZIP_START, read_torch_file

_WRAPPERS = ("state_dict", "model")
_COMPILED = "_orig_mod."
_TRAINING = ("module.", _COMPILED)
"""What DataParallel and torch.compile put before names; it says nothing of the model."""
DEEPEST = 8
"""So many beginnings of names are dropped at most."""

_NO_MODELS = ("loss", "criterion", "optim", "sched")
"""Words in the names of entries that hold tensors and are no model."""


class Checkpoint(NamedTuple):
    """What a file holds.

    Attributes:
        tensors: name -> tensor, on the CPU; perhaps a view of the file, which must not be written to.
        metadata: texts stored beside the tensors; empty for a torch file.
        kind: "safetensors" or "torch".
        wrapper: the entry of the file's dictionary that the tensors were under; "" for a bare one.
        prefix: what was dropped from all names ("module."), or "".
        extra: what else lies beside the tensors, name -> a few words ("60", "a dictionary of 2 entries").
    """

    tensors: dict[str, Tensor]
    metadata: dict[str, str]
    kind: str = "torch"
    wrapper: str = ""
    prefix: str = ""
    extra: dict[str, str] = {}  # noqa: RUF012 (never written to)


def read_checkpoint(path: str | os.PathLike[str]) -> Checkpoint:
    """Read a safetensors file, or a torch file of weights.

    The weights of a torch file are the dictionary that it is, or an entry of it: "state_dict", "model", or
    the only entry that goes from names to tensors and is no loss or optimiser. Torch files are read by
    PyTorch's restricted unpickler, with NumPy numbers allowed beside the tensors because torchreid stores its
    scores so. What DataParallel and torch.compile put before all names ("module.", "_orig_mod.", also several
    times) is dropped.

    Raises:
        CheckpointError: no such file, no regular file, a damaged or foreign file (a model in another form is
            told with the door that is its own), Python objects, no weights, tensors without plain values or
            with more elements than the file has room for.
    """
    place = Path(path)
    start = _read_start(place)
    door = other_door(place, start)
    if door is not None:
        raise CheckpointError(f"{place} is {door}")
    if start[:4] == ZIP_START or start[:2] in PICKLE_STARTS:
        return _find_weights(read_torch_file(place), place)
    if start[8:9] == b"{":
        return _read_safetensors(place, int.from_bytes(start[:8], "little"))
    raise CheckpointError(
        f"{place} is not a checkpoint but {_name_foreign(start)}; a PyTorch (.pth, .pt) or a safetensors "
        "file is needed: check the path, or download it again."
    )


def _read_start(place: Path) -> bytes:
    """The first bytes of a regular file; a pipe is never opened, because that would wait for ever."""
    try:
        mode = place.stat().st_mode
        if stat.S_ISDIR(mode):
            raise CheckpointError(f"{place} is a folder; give the checkpoint file itself.")
        if not stat.S_ISREG(mode):
            raise CheckpointError(
                f"{place} is a pipe, a device or a socket; give a checkpoint that lies on a disk."
            )
        with place.open("rb") as stream:
            return stream.read(64)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CheckpointError(f"The checkpoint {place} cannot be read: {reason}; check the path.") from error


def _name_foreign(start: bytes) -> str:
    if not start:
        return "an empty file"
    if start.startswith(b"version https://git-lfs"):
        return "a Git LFS pointer (git lfs pull fetches the file itself)"
    if start.lstrip().lower().startswith((b"<!doctype", b"<html")):
        return "a web page"
    return "a file of another kind"


def _read_safetensors(place: Path, header: int) -> Checkpoint:
    size = place.stat().st_size
    if header > size - 8:
        raise CheckpointError(
            f"The checkpoint {place} is damaged or incomplete: it claims a header of {header:,} bytes and "
            f"has {size:,} in all; copy or download it again."
        )
    try:
        with plainly_named(place) as named, safe_open(named, framework="pt", device="cpu") as stored:
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
            metadata = dict(stored.metadata() or {})
    except Exception as error:  # SafetensorError, and whatever a kind that PyTorch lacks leads to
        raise CheckpointError(
            f"The checkpoint {place} is damaged or incomplete: what its header lists is not what it holds; "
            "copy or download it again."
        ) from error
    return _take(tensors, place)._replace(kind="safetensors", metadata=metadata)


def _find_weights(content: Any, place: Path) -> Checkpoint:
    entries = _as_dict(content)
    wrapper = _find_wrapper(entries, place)
    weights = _as_dict(entries[wrapper]) if wrapper else entries
    if not _are_weights(weights):
        found = f"{wrapper} is {_describe(weights)}" if wrapper else f"it is {_describe(content)}"
        names = f" ({quote_names(weights)})" if weights else ""
        raise CheckpointError(
            f"{place} holds no weights: a dictionary from names to tensors is needed, alone or under "
            f'"state_dict", and {found}{names}; save model.state_dict().'
        )
    beside = {name: value for name, value in entries.items() if name != wrapper} if wrapper else {}
    extra = {quote_name(name): _describe(value) for name, value in beside.items()}
    return _take(weights, place)._replace(wrapper=wrapper, extra=extra)


def _find_wrapper(entries: dict[Any, Any], place: Path) -> str:
    """The name of the entry that holds the weights, or "" where the dictionary itself does or none does."""
    if _are_weights(entries):
        return ""
    for name in _WRAPPERS:
        if isinstance(entries.get(name), dict):
            return name
    found = [name for name, value in entries.items() if _are_weights(_as_dict(value))]
    if len(found) > 1:
        found = [name for name in found if not _is_no_model(name)] or found
    if len(found) > 1:
        raise CheckpointError(
            f"{place} holds the weights of {len(found)} models ({quote_names(found)}); save those of one "
            "alone."
        )
    return found[0] if found and isinstance(found[0], str) else ""


def _is_no_model(name: object) -> bool:
    return isinstance(name, str) and any(word in name.lower() for word in _NO_MODELS)


def _as_dict(value: Any) -> dict[Any, Any]:
    """A dictionary of a file as a plain one, whatever attributes the file gave it; {} for anything else."""
    return dict(dict.items(value)) if isinstance(value, dict) else {}


def _are_weights(entries: dict[Any, Any]) -> bool:
    return bool(entries) and all(
        isinstance(name, str) and isinstance(tensor, Tensor) for name, tensor in entries.items()
    )


def _take(tensors: dict[str, Tensor], place: Path) -> Checkpoint:
    """The tensors as plain ones, under names without what training put before all of them.

    Raises CheckpointError for none, for tensors of another make (sparse, quantised, nested, without values)
    and for those that claim more elements than their storage has.
    """
    if not tensors:
        raise CheckpointError(f"{place} holds no weights: it has no tensor; save model.state_dict().")
    odd = [name for name, tensor in tensors.items() if not _is_plain(tensor)]
    if odd:
        raise CheckpointError(
            f"{place} holds {count(odd, 'tensor')} without plain values (sparse, quantised, nested or mere "
            f"shapes: {quote_names(odd)}); save the state_dict of the plain model, on the CPU."
        )
    plain = {name: Tensor.detach(tensor) for name, tensor in tensors.items()}
    swollen = [
        name
        for name, tensor in plain.items()
        if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes()
    ]
    if swollen:
        raise CheckpointError(
            f"{place} holds {count(swollen, 'tensor')} with more elements than it has room for "
            f"({quote_names(swollen)}); it is damaged or made to do harm: save the weights again."
        )
    return _without_inner(strip_prefixes(Checkpoint(plain, {}), _TRAINING))


def strip_prefixes(checkpoint: Checkpoint, prefixes: Collection[str], *, rounds: int = DEEPEST) -> Checkpoint:
    """The checkpoint without those prefixes that all of its names have, one after the other.

    A prefix that only some names have stays, so that no two names can become one.
    """
    for _ in range(rounds):
        names = checkpoint.tensors
        shared = (one for one in prefixes if all(name.startswith(one) and name != one for name in names))
        found = next(shared, "")
        if not found:
            break
        bare = {name.removeprefix(found): tensor for name, tensor in names.items()}
        checkpoint = checkpoint._replace(tensors=bare, prefix=checkpoint.prefix + found)
    return checkpoint


def _without_inner(checkpoint: Checkpoint) -> Checkpoint:
    """Without the name that torch.compile gives a part of a model, unless two names would become one."""
    bare = {name.replace(f".{_COMPILED}", "."): tensor for name, tensor in checkpoint.tensors.items()}
    if len(bare) < len(checkpoint.tensors) or bare.keys() == checkpoint.tensors.keys():
        return checkpoint
    return checkpoint._replace(tensors=bare, prefix=checkpoint.prefix + _COMPILED)


def _is_plain(tensor: Tensor) -> bool:
    return (
        tensor.layout == torch.strided
        and not tensor.is_nested
        and not tensor.is_quantized
        and tensor.device.type == "cpu"
    )


def _describe(value: Any) -> str:
    """A value from a file in a few words, whatever it is."""
    if isinstance(value, dict):
        return "a dictionary of " + ("1 entry" if len(value) == 1 else f"{len(value):,} entries")
    if isinstance(value, list | tuple | set):
        return f"a {type(value).__name__} of {len(value):,}"
    if isinstance(value, Tensor):
        return "a tensor"
    if value is None or isinstance(value, bool | float):
        return str(value)
    return quote_name(value)
