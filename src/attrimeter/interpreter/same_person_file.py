"""The same-person model in an interpreter's folder."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import safetensors
import torch
from pydantic import Field, ValidationError
from safetensors.torch import save
from torch import Tensor

from attrimeter.errors import InterpreterError
from attrimeter.interpreter.folder import SAME_PERSON, check_tensors, read_description
from attrimeter.interpreter.interpreter import Interpreter
from attrimeter.interpreter.same_person import SamePersonModel, model_from_parts, model_to_parts
from attrimeter.interpreter.strict_model import (
    Count,
    Distance,
    StrictModel,
    Text,
    Weights,
    first_fault,
    seal_of,
)
from attrimeter.storage import parse_json, read_limited, write_bytes

_LARGEST = 2**30
_LOG = logging.getLogger(__name__)


class _Facts(StrictModel):
    persons: Count | None = None
    queries: Count | None = None
    seed: int | None = None
    data: Text | None = None
    strengths: dict[Text, Distance] | None = None
    match_distance: Distance | None = None


class _Plain(StrictModel):
    """What of a model is no tensor."""

    distance_weight: float
    slope: float
    offset: float
    seen: Annotated[list[float], Field(min_length=2, max_length=2)]
    rest: Annotated[float, Field(gt=0)]
    farthest: Distance
    facts: _Facts
    interpreter: Weights
    seal: Text | None = None


def save_same_person(folder: str | os.PathLike[str], model: SamePersonModel) -> None:
    """Keep a model beside the interpreter that it was calibrated with. Raises StorageError."""
    tensors, plain = model_to_parts(model)
    kept = {name: tensor.detach().float().cpu().contiguous() for name, tensor in tensors.items()}
    plain["interpreter"] = read_description(folder).weights
    plain["seal"] = _seal_of(plain, kept)
    write_bytes(Path(folder) / SAME_PERSON, save(kept, metadata={"same_person": json.dumps(plain)}))


def has_same_person(folder: str | os.PathLike[str]) -> bool:
    """Whether there is a model in the folder, or something in its place."""
    return os.path.lexists(Path(folder) / SAME_PERSON)


def find_same_person(folder: str | os.PathLike[str], interpreter: Interpreter) -> SamePersonModel | None:
    """The model in an interpreter's folder; None where there is none, or, with a line, one of an earlier fit.

    Raises:
        InterpreterError: it is damaged.
    """
    if not has_same_person(folder):
        return None
    made_with, model = _read(Path(folder) / SAME_PERSON, interpreter)
    if made_with == read_description(folder).weights:
        return model
    _LOG.warning(
        "The same-person model in %s was calibrated with an earlier fit and is not used; calibrate again.",
        folder,
    )
    return None


def _read(path: Path, interpreter: Interpreter) -> tuple[str, SamePersonModel]:
    """The weights that a model was made with, and the model."""
    try:
        read_limited(path, _LARGEST)
        with safetensors.safe_open(path, framework="pt") as stored:
            plain = parse_json(stored.metadata()["same_person"])
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
        known = _Plain.model_validate(plain)
        if known.seal not in (None, _seal_of(plain, tensors)):
            raise ValueError("it was changed after it was written")
        check_tensors(tensors, _shapes(interpreter, tensors))
        if known.seen[0] > known.seen[1]:
            raise ValueError("what it has seen does not ascend")
        return known.interpreter, model_from_parts(tensors, plain)
    except ValidationError as error:
        reason = first_fault(error)
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except ValueError as error:
        reason = str(error)[:200]
    except Exception as error:  # a header may hold anything
        reason = type(error).__name__
    raise InterpreterError(f"The same-person model {path} is damaged ({reason}); calibrate again.")


def _shapes(
    interpreter: Interpreter, tensors: Mapping[str, Tensor]
) -> dict[str, tuple[torch.dtype, tuple[int, ...]]]:
    """Type and shape of every tensor; how many directions styles have is the model's own choice."""
    count, size = len(interpreter.schema), interpreter.target.embedding_size
    appearances, styles = interpreter.appearance_shape, 2 * interpreter.target.shallow_channels
    directions = min(tensors["styles.directions"].shape[0], styles) if "styles.directions" in tensors else 0
    shapes: dict[str, tuple[int, ...]] = {
        "classifier.weight": (count, size),
        "classifier.bias": (count,),
        "prevalence": (count,),
        "evidence_weights": (count,),
        "ledger_weights": (count + 1,),
        "usual": appearances,
        "look_weights": appearances[:1],
        "styles.centre": (styles,),
        "styles.directions": (directions, styles),
        "styles.variances": (directions,),
    }
    return {name: (torch.float32, shape) for name, shape in shapes.items()}


def _seal_of(plain: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> str:
    """A digest of all of a model but the seal itself."""
    parts = {
        name: [list(tensor.shape), hashlib.sha256(tensor.contiguous().numpy().tobytes()).hexdigest()]
        for name, tensor in tensors.items()
    }
    return seal_of(
        {"plain": {name: value for name, value in plain.items() if name != "seal"}, "parts": parts}
    )
