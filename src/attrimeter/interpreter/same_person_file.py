"""The same-person model in an interpreter's folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

import safetensors
from safetensors.torch import save

from attrimeter.errors import InterpreterError
from attrimeter.interpreter.folder import read_description
from attrimeter.interpreter.interpreter import Interpreter
from attrimeter.interpreter.same_person import SamePersonModel, model_from_parts, model_to_parts
from attrimeter.storage import write_bytes

FILE = "same-person.safetensors"


def save_same_person(folder: str | os.PathLike[str], model: SamePersonModel) -> None:
    """Keep a model beside the interpreter that it was calibrated with. Raises StorageError."""
    tensors, plain = model_to_parts(model)
    plain["interpreter"] = read_description(folder)["weights"]
    kept = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    write_bytes(Path(folder) / FILE, save(kept, metadata={"same_person": json.dumps(plain)}))


def has_same_person(folder: str | os.PathLike[str]) -> bool:
    """Whether there is a model in the folder."""
    return (Path(folder) / FILE).is_file()


def open_same_person(folder: str | os.PathLike[str], interpreter: Interpreter) -> SamePersonModel:
    """The model that :func:`save_same_person` left in an interpreter's folder.

    Raises:
        InterpreterError: there is none, it is damaged, or it was made with an earlier fit.
    """
    path = Path(folder) / FILE
    if not has_same_person(folder):
        raise InterpreterError(
            f"The interpreter in {folder} has no same-person model yet; make one on labelled training "
            f"persons with attrimeter calibrate {folder} DATA."
        )
    try:
        with safetensors.safe_open(path, framework="pt") as stored:
            plain = json.loads(stored.metadata()["same_person"])
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
        made_with = plain["interpreter"]
    except (safetensors.SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise InterpreterError(
            f"The same-person model {path} is damaged ({type(error).__name__}); calibrate again."
        ) from error
    model = model_from_parts(tensors, plain)
    if made_with != read_description(folder)["weights"] or len(model.prevalence) != len(interpreter.schema):
        raise InterpreterError(
            f"The same-person model {path} was calibrated with another fit of this interpreter; calibrate "
            "again, or delete it."
        )
    return model
