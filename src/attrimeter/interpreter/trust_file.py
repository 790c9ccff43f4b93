"""A trust card as the plain data that an interpreter keeps under ``facts["trust"]``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError

from attrimeter.errors import InterpreterError
from attrimeter.values.trust import TrustCard

_CARD = TypeAdapter(TrustCard)


def trust_to_dict(card: TrustCard) -> dict[str, Any]:
    """A card as plain JSON values; a number that is not known (NaN) becomes null."""
    return {name: _to_plain(value) for name, value in asdict(card).items()}


def trust_from_dict(data: Any) -> TrustCard:
    """The card that :func:`trust_to_dict` made.

    Raises:
        InterpreterError: something is missing, or is not what it should be.
    """
    try:
        card = _CARD.validate_python(_from_plain(data))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _damaged(f"{place or 'the card'}: {first['msg']}") from error
    for name, table in card.residuals.items():
        if not len(table.low) == len(table.high) == len(table.edges) + 1:
            raise _damaged(f"residuals.{name}: {len(table.edges)} edges do not bound {len(table.low)} bins")
    return card


def _damaged(reason: str) -> InterpreterError:
    return InterpreterError(
        f"The trust card of this interpreter is damaged ({reason}); fit the interpreter again."
    )


def _to_plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _to_plain(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_to_plain(entry) for entry in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _from_plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _from_plain(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_from_plain(entry) for entry in value]
    return math.nan if value is None else value
