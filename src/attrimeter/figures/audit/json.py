"""An audit as JSON for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from attrimeter.figures.text.plain_json import plain_json
from attrimeter.values.audit import Audit


def audit_to_json(audit: Audit) -> dict[str, Any]:
    """The audit as a dictionary of plain JSON values under the names of :class:`Audit`.

    All numbers are kept as they are; what is not known (NaN, infinity) is null, and a picture is its path.
    """
    return {"document": "attrimeter.audit", "version": 1, **plain_fields(audit)}


def plain_fields(value: Any) -> dict[str, Any]:
    """The fields of a dataclass, whatever it holds, as plain JSON values; paths with forward slashes."""
    plain: dict[str, Any] = plain_json(_unwrap(value))
    return plain


def _unwrap(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _unwrap(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _unwrap(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_unwrap(entry) for entry in value]
    return value.as_posix() if isinstance(value, Path) else value
