"""Plain data out of a file against a strict model: types as they are written, ranges, nothing unknown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Count = Annotated[int, Field(ge=0, lt=2**63)]
Share = Annotated[float, Field(ge=0, le=1)]
Distance = Annotated[float, Field(ge=0)]
Text = Annotated[str, Field(max_length=1000)]
Weights = Annotated[str, Field(pattern=r"^weights-[0-9a-f]{16}\.safetensors$")]
"""Name of the file of an interpreter's weights: the first digits of its SHA-256."""

_LONGEST = 60
_SHOWN = 6


class StrictModel(BaseModel):
    """No type is taken for another one, no number is NaN or infinite, and no name is unknown."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


def first_fault(error: ValidationError) -> str:
    """Where the first fault is and what it is, in one short line."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(_quote(part) for part in fault["loc"][:_SHOWN])
    return f"{place or 'all of it'}: {_quote(fault['msg'], longest=200)}"


def seal_of(data: Mapping[str, Any]) -> str:
    """A digest of plain data as JSON has them, whatever the order of the names."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, allow_nan=False).encode()).hexdigest()


def _quote(text: object, *, longest: int = _LONGEST) -> str:
    shown = "".join(letter if letter.isprintable() else "?" for letter in str(text)[: longest + 1])
    return shown if len(shown) <= longest else shown[:longest] + "..."
