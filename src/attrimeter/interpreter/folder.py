"""An interpreter on disk: a folder with its weights and a settings file that a person can read."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from attrimeter.errors import InterpreterError
from attrimeter.interpreter.description import Description, FittedTarget, description_from_dict
from attrimeter.interpreter.facts import Facts
from attrimeter.interpreter.interpreter import Interpreter, TargetLike, build_interpreter
from attrimeter.storage import (
    lock_folder,
    read_json,
    read_limited,
    sweep_leftovers,
    write_bytes,
    write_json,
)

SETTINGS_FILE = "interpreter.json"
SAME_PERSON = "same-person.safetensors"
"""What calibration keeps beside an interpreter; it belongs to these weights (``same_person_file``)."""

BASELINE = ("baseline.weight", "baseline.bias")
_NETWORK = "network."
_SPARE = 64 * 2**20  # bytes of a file of weights beside the weights themselves
_LOG = logging.getLogger(__name__)


def save_interpreter(folder: str | os.PathLike[str], interpreter: Interpreter, *, target_name: str) -> None:
    """Write an interpreter to ``folder`` (made if missing).

    The weights go to a file named by their content, then ``interpreter.json``, which names it, is replaced:
    at every moment the folder holds one whole interpreter, the old one or the new one. What the old one had
    of further facts stays if it is the same, beside the same target: it was measured of it. Otherwise the
    same-person model that was calibrated with it goes, too.

    Raises:
        InterpreterError: its facts are none that could be read again; nothing was written.
        StorageError: the folder cannot be written; the old interpreter is still whole.
    """
    folder = Path(folder)
    data = safetensors.torch.save(_tensors_of(interpreter))
    weights = _name_of(data)
    old = _description_in(folder)
    description = Description(
        weights=weights,
        settings=interpreter.settings,
        target=FittedTarget(name=target_name, **interpreter.target.identity.to_dict()),
        facts=interpreter.facts,
        schema=interpreter.schema,
    )
    is_same = old is not None and _what_is_measured(old) == _what_is_measured(description)
    if old is not None and is_same:
        description = replace(description, facts=old.facts.completed(interpreter.facts))
    _check_readable(description, folder)
    sweep_leftovers(folder)
    write_bytes(folder / weights, data)
    write_json(folder / SETTINGS_FILE, description.to_dict())
    for other in folder.glob("weights-*.safetensors"):
        if other.name != weights:
            other.unlink(missing_ok=True)
    if not is_same and (folder / SAME_PERSON).is_file():
        (folder / SAME_PERSON).unlink()
        _LOG.warning(
            "The same-person model in %s was of an earlier fit and is gone; calibrate again.", folder
        )


def _what_is_measured(description: Description) -> tuple[Any, ...]:
    """What decides every number that an interpreter gives."""
    return description.weights, description.settings, description.schema, description.target.fingerprint


def add_facts(folder: str | os.PathLike[str], interpreter: Interpreter, facts: Facts) -> None:
    """Add what was measured of an interpreter to its facts, in memory and in its folder.

    Raises:
        InterpreterError: the folder holds another interpreter by now.
        StorageError: the folder cannot be written, or another process writes it.
    """
    with lock_folder(folder, "facts of the interpreter are being added"):
        description = read_description(folder)
        if description.weights != _name_of(safetensors.torch.save(_tensors_of(interpreter))):
            raise InterpreterError(
                f"The interpreter in {folder} was fitted anew while this one was measured; do so again."
            )
        description = replace(description, facts=description.facts.completed(facts))
        _check_readable(description, Path(folder))
        interpreter.facts = interpreter.facts.completed(facts)
        write_json(Path(folder) / SETTINGS_FILE, description.to_dict())


def open_interpreter(folder: str | os.PathLike[str], target: TargetLike) -> Interpreter:
    """Read an interpreter back beside the target that it was fitted on.

    Raises:
        InterpreterError: no such folder, a damaged file, or an interpreter of another target.
        LedgerError: the exact form beside a target that it cannot explain.
    """
    folder = Path(folder)
    description = read_description(folder)
    mismatch = target.identity.mismatch(description.target.model_dump(exclude_none=True))
    if mismatch is not None:
        raise InterpreterError(
            f"The interpreter in {folder} was fitted on target {description.target.name[:80]} {mismatch}. "
            "Open the target it was fitted on, or fit a new interpreter for this one."
        )
    interpreter = build_interpreter(target, description.schema, description.settings, empty=True)
    interpreter.facts = description.facts
    _load_weights(folder / description.weights, interpreter)
    return interpreter


def read_description(folder: str | os.PathLike[str]) -> Description:
    """The settings file of an interpreter folder. Raises InterpreterError."""
    path = Path(folder) / SETTINGS_FILE
    if not path.is_file():
        raise InterpreterError(
            f"{folder} is not an interpreter folder: it has no {SETTINGS_FILE}. "
            "Make one with 'attrimeter fit'."
        )
    try:
        data = read_json(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InterpreterError(f"{path} cannot be read ({reason}); fit the interpreter again.") from error
    return description_from_dict(data, origin=str(path))


def check_tensors(
    tensors: Mapping[str, Tensor], shapes: Mapping[str, tuple[torch.dtype, tuple[int, ...]]]
) -> None:
    """Raises ValueError, in a few words, unless these are the tensors, with finite values."""
    for name, (kind, shape) in shapes.items():
        if name not in tensors:
            raise ValueError(f"{name} is missing")
        found = tensors[name]
        if found.dtype != kind or tuple(found.shape) != shape:
            raise ValueError(f"{name} is {found.dtype} of shape {tuple(found.shape)}")
        if not bool(torch.isfinite(found).all()):
            raise ValueError(f"{name} holds NaN or infinite numbers")
        if name.endswith(("running_var", "variances")) and bool((found < 0).any()):
            raise ValueError(f"{name} holds a variance below 0")
    if len(tensors) > len(shapes):
        raise ValueError("it holds more than that")


def _tensors_of(interpreter: Interpreter) -> dict[str, Tensor]:
    tensors = {f"{_NETWORK}{name}": value for name, value in interpreter.network.state_dict().items()}
    if interpreter.baseline is not None:
        tensors |= dict(zip(BASELINE, interpreter.baseline, strict=True))
    return {name: value.cpu().contiguous() for name, value in tensors.items()}


def _name_of(data: bytes) -> str:
    return f"weights-{hashlib.sha256(data).hexdigest()[:16]}.safetensors"


def _description_in(folder: Path) -> Description | None:
    try:
        return read_description(folder)
    except InterpreterError:
        return None


def _check_readable(description: Description, folder: Path) -> None:
    """Raises InterpreterError where the description could not be read again."""
    try:
        description_from_dict(json.loads(json.dumps(description.to_dict())), origin="What is to be kept")
    except (InterpreterError, ValueError) as error:
        raise InterpreterError(f"The interpreter was not written to {folder}: {error}") from error


def _load_weights(path: Path, interpreter: Interpreter) -> None:
    network, device = interpreter.network, interpreter.target.device
    shapes = {
        f"{_NETWORK}{name}": (value.dtype, tuple(value.shape)) for name, value in network.state_dict().items()
    }
    count, size = len(interpreter.schema), interpreter.target.embedding_size
    baseline = dict(zip(BASELINE, [(torch.float32, (count, size)), (torch.float32, (count,))], strict=True))
    bytes_of = (kind.itemsize * torch.Size(shape).numel() for kind, shape in (shapes | baseline).values())
    try:
        data = read_limited(path, sum(bytes_of) + _SPARE)
        if path.name != _name_of(data):
            raise ValueError("they were changed after they were written")
        tensors = _parse(data)
        check_tensors(tensors, shapes | baseline if BASELINE[0] in tensors else shapes)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InterpreterError(
            f"The weights {path} cannot be used ({reason[:200]}); fit the interpreter again."
        ) from error
    if BASELINE[0] in tensors:
        interpreter.baseline = (tensors[BASELINE[0]].to(device), tensors[BASELINE[1]].to(device))
    state = {name.removeprefix(_NETWORK): tensors[name] for name in shapes}
    network.load_state_dict(state, assign=True)
    network.to(device).eval()


def _parse(data: bytes) -> dict[str, Tensor]:
    try:
        return safetensors.torch.load(data)
    except Exception as error:  # a header may hold anything
        raise ValueError("they are no safetensors file") from error
