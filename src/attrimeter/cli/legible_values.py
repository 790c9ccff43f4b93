"""Results with every name fit for one line of a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from attrimeter.legible import legible

Value = TypeVar("Value")


def legible_value(value: Value) -> Value:
    """The same value with hidden characters, also line ends, escaped in all texts inside: keys of mappings,
    entries of lists and tuples, fields of dataclasses. Arrays and paths are left as they are."""
    shown: Any = _legible(value)
    return shown  # type: ignore[no-any-return]


def _legible(value: Any) -> Any:
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, Mapping):
        return {_legible(key): _legible(entry) for key, entry in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(_legible, value))
    if is_dataclass(value) and not isinstance(value, type):
        old = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
        new = {name: _legible(entry) for name, entry in old.items()}
        return replace(value, **{name: entry for name, entry in new.items() if entry is not old[name]})
    return value
