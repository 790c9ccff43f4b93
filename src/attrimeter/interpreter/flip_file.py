"""A flip card as the plain data that an interpreter keeps under ``facts["flips"]``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError

from attrimeter.errors import InterpreterError
from attrimeter.values.flip_answer import FlipCard

_CARD = TypeAdapter(FlipCard)


def flips_to_dict(card: FlipCard) -> dict[str, Any]:
    """A card as plain JSON values."""
    return asdict(card)


def flips_from_dict(data: Any) -> FlipCard:
    """The card that :func:`flips_to_dict` made. Raises InterpreterError where it is damaged."""
    try:
        return _CARD.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InterpreterError(
            f"What this interpreter keeps of its counterfactual answers is damaged ({place or 'all of it'}: "
            f"{first['msg']}); make it again with attrimeter calibrate --flips."
        ) from error
