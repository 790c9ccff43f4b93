"""An interpreter on disk: a folder with its weights and a settings file that a person can read."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch

from attrimeter.errors import AttriMeterError, InterpreterError
from attrimeter.interpreter.building import build_interpreter
from attrimeter.interpreter.interpreter import Interpreter, InterpreterSettings, TargetLike
from attrimeter.schemas import schema_from_dict, schema_to_dict
from attrimeter.storage import lock_folder, write_bytes, write_json

SETTINGS_FILE = "interpreter.json"
FORMAT = 1


def save_interpreter(folder: str | os.PathLike[str], interpreter: Interpreter, *, target_name: str) -> None:
    """Write an interpreter to ``folder`` (made if missing).

    The weights go to a file named by their content, then ``interpreter.json``, which names it, is replaced:
    at every moment the folder holds one whole interpreter, the old one or the new one. What the old one had
    of further facts stays if its weights are the same: it was measured of them.

    Raises:
        StorageError: the folder cannot be written; the old interpreter is still whole.
    """
    folder = Path(folder)
    data = safetensors.torch.save(_tensors_of(interpreter))
    weights = f"weights-{hashlib.sha256(data).hexdigest()[:16]}.safetensors"
    known = _facts_of(folder, weights)
    write_bytes(folder / weights, data)
    description = {
        "format": FORMAT,
        "weights": weights,
        "settings": asdict(interpreter.settings),
        "target": {"name": target_name, **interpreter.target.identity.to_dict()},
        "facts": {**known, **interpreter.facts},
        "schema": schema_to_dict(interpreter.schema),
    }
    write_json(folder / SETTINGS_FILE, description)
    for old in folder.glob("weights-*.safetensors"):
        if old.name != weights:
            old.unlink(missing_ok=True)


def add_facts(folder: str | os.PathLike[str], interpreter: Interpreter, facts: Mapping[str, Any]) -> None:
    """Add what was measured of an interpreter to its facts, in memory and in its folder.

    Raises:
        InterpreterError: the folder holds another interpreter by now.
        StorageError: the folder cannot be written, or another process writes it.
    """
    with lock_folder(folder, "facts of the interpreter are being added"):
        description = read_description(folder)
        if not _holds(Path(folder) / description["weights"], interpreter):
            raise InterpreterError(
                f"The interpreter in {folder} was fitted anew while this one was measured; do so again."
            )
        interpreter.facts |= facts
        description["facts"] |= facts
        write_json(Path(folder) / SETTINGS_FILE, description)


def _tensors_of(interpreter: Interpreter) -> dict[str, torch.Tensor]:
    tensors = {f"network.{name}": value for name, value in interpreter.network.state_dict().items()}
    if interpreter.baseline is not None:
        tensors["baseline.weight"], tensors["baseline.bias"] = interpreter.baseline
    return {name: value.cpu().contiguous() for name, value in tensors.items()}


def _holds(weights: Path, interpreter: Interpreter) -> bool:
    """Whether a file holds the weights of this interpreter."""
    try:
        stored = safetensors.torch.load_file(weights)
    except (OSError, safetensors.SafetensorError):
        return False
    own = _tensors_of(interpreter)
    return stored.keys() == own.keys() and all(
        torch.equal(value, own[name]) for name, value in stored.items()
    )


def _facts_of(folder: Path, weights: str) -> dict[str, Any]:
    """The facts of an interpreter in the folder that has these weights; none if there is no such."""
    try:
        description = read_description(folder)
        return dict(description["facts"]) if description["weights"] == weights else {}
    except (InterpreterError, KeyError, TypeError, ValueError):
        return {}


def open_interpreter(folder: str | os.PathLike[str], target: TargetLike) -> Interpreter:
    """Read an interpreter back beside the target that it was fitted on.

    Raises:
        InterpreterError: no such folder, a damaged file, or an interpreter of another target.
    """
    folder = Path(folder)
    description = read_description(folder)
    try:
        kept = dict(description["target"])
        schema = schema_from_dict(description["schema"], origin=str(folder / SETTINGS_FILE))
        settings = InterpreterSettings(**description["settings"])
        weights = folder / description["weights"]
        fitted_on = kept["name"]
        facts = dict(description["facts"])
    except (KeyError, TypeError, AttriMeterError) as error:
        raise InterpreterError(
            f"{folder / SETTINGS_FILE} is damaged ({type(error).__name__}: {error}); "
            "fit the interpreter again."
        ) from error
    mismatch = target.identity.mismatch(kept)
    if mismatch is not None:
        raise InterpreterError(
            f"The interpreter in {folder} was fitted on target {fitted_on} {mismatch}. Open the target it "
            "was fitted on, or fit a new interpreter for this one."
        )
    interpreter = build_interpreter(target, schema, settings)
    interpreter.facts = facts
    _load_weights(weights, interpreter)
    return interpreter


def read_description(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """The settings file of an interpreter folder as plain data. Raises InterpreterError."""
    path = Path(folder) / SETTINGS_FILE
    if not path.is_file():
        raise InterpreterError(
            f"{folder} is not an interpreter folder: it has no {SETTINGS_FILE}. "
            "Make one with 'attrimeter fit'."
        )
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InterpreterError(f"{path} cannot be read ({error}); fit the interpreter again.") from error
    if not isinstance(description, dict) or description.get("format") != FORMAT:
        raise InterpreterError(f"{path} is not in format {FORMAT}; fit the interpreter again.")
    return description


def _load_weights(path: Path, interpreter: Interpreter) -> None:
    try:
        tensors = safetensors.torch.load_file(path)
    except (OSError, safetensors.SafetensorError) as error:
        raise InterpreterError(
            f"The weights {path} cannot be read ({error}); fit the interpreter again."
        ) from error
    if "baseline.weight" in tensors and "baseline.bias" in tensors:
        device = interpreter.target.device
        interpreter.baseline = (
            tensors.pop("baseline.weight").to(device),
            tensors.pop("baseline.bias").to(device),
        )
    state = {name.removeprefix("network."): value for name, value in tensors.items()}
    try:
        interpreter.network.load_state_dict(state)
    except RuntimeError as error:
        raise InterpreterError(
            f"The weights {path} do not fit the settings beside them; fit the interpreter again."
        ) from error
    if not all(bool(torch.isfinite(value).all()) for value in state.values()):
        raise InterpreterError(f"The weights {path} hold NaN or infinite numbers; fit the interpreter again.")
    interpreter.network.eval()
