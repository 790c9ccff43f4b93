"""Options that go together are declared once, as a dataclass, and given to a command as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, get_type_hints


def gathered(command: Callable[..., None]) -> Callable[..., None]:
    """The command as the command line takes it: every field of a parameter that is a dataclass by itself.

    Two groups of one command have no field of the same name.
    """
    given = signature(command, eval_str=True).parameters.values()
    groups: dict[str, Any] = {one.name: one.annotation for one in given if is_dataclass(one.annotation)}
    spread = [_spread(groups[one.name]) if one.name in groups else [one] for one in given]

    @wraps(command)
    def gather(**values: Any) -> None:
        for name, group in groups.items():
            values[name] = group(**{field.name: values.pop(field.name) for field in fields(group)})
        command(**values)

    keyword = [part.replace(kind=Parameter.KEYWORD_ONLY) for parts in spread for part in parts]
    gather.__signature__ = Signature(keyword)  # type: ignore[attr-defined]
    gather.__annotations__ = {part.name: part.annotation for part in keyword}
    return gather


def _spread(group: Any) -> list[Parameter]:
    """The fields of a group as parameters."""
    hints = get_type_hints(group, include_extras=True)
    return [
        Parameter(
            field.name,
            Parameter.KEYWORD_ONLY,
            default=Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(group)
    ]
