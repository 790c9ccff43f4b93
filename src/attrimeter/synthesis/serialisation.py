"""Persons and views as plain dictionaries, ready for JSON, and back."""

from __future__ import annotations

import types
from dataclasses import MISSING, asdict, fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from attrimeter.errors import SettingsError
from attrimeter.synthesis.scenes import STANDARD, find_scene
from attrimeter.synthesis.specification import PersonSpecification
from attrimeter.synthesis.view import View

_T = TypeVar("_T")


def person_to_dict(person: PersonSpecification) -> dict[str, Any]:
    """The specification as nested dictionaries of numbers, strings, booleans, lists and None."""
    return asdict(person)


def person_from_dict(data: Any) -> PersonSpecification:
    """What :func:`person_to_dict` was given, also after a trip through JSON. Raises SettingsError."""
    return _build(PersonSpecification, data, origin="person")


def view_to_dict(view: View) -> dict[str, Any]:
    """The view as nested dictionaries of numbers, strings and None; the standard scene is not named."""
    entries = asdict(view)
    if view.scene == STANDARD:
        del entries["scene"]
    return entries


def view_from_dict(data: Any) -> View:
    """What :func:`view_to_dict` was given, also after a trip through JSON. Raises SettingsError.

    A list that was written earlier has the scene under the name "look".
    """
    if isinstance(data, dict) and "look" in data and "scene" not in data:
        data = {"scene" if name == "look" else name: value for name, value in data.items()}
    view = _build(View, data, origin="view")
    find_scene(view.scene)
    return view


def _build(kind: type[_T], data: Any, *, origin: str) -> _T:
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    needed = {field.name for field in fields(kind) if field.default is MISSING}  # type: ignore[arg-type]
    if not isinstance(data, dict) or not needed <= set(data) <= set(names):
        given = sorted(data) if isinstance(data, dict) else type(data).__name__
        raise SettingsError(f"The {origin} needs exactly the entries {', '.join(names)}; got {given}.")
    hints = get_type_hints(kind)
    return kind(
        **{
            name: _convert(hints[name], data[name], origin=f"{origin}.{name}")
            for name in names
            if name in data
        }
    )


def _convert(hint: Any, value: Any, *, origin: str) -> Any:
    if get_origin(hint) is types.UnionType:
        if value is None:
            return None
        hint = get_args(hint)[0]
    if is_dataclass(hint):
        return _build(hint, value, origin=origin)  # type: ignore[arg-type]
    if get_origin(hint) is tuple:
        entries = get_args(hint)
        if not isinstance(value, list | tuple) or len(value) != len(entries):
            raise SettingsError(f"{origin} needs {len(entries)} numbers; got {value!r}.")
        return tuple(_convert(entry, one, origin=origin) for entry, one in zip(entries, value, strict=True))
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise SettingsError(f"{origin} must be a {hint.__name__}; got {value!r}.")
    return value
