"""A change card as the plain data that an interpreter keeps under ``facts["changes"]``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from attrimeter.errors import InterpreterError
from attrimeter.interpreter.strict_model import first_fault
from attrimeter.values.change_answer import ChangeCard, Turn

BACK_FEATURES = 11
"""What making groups alike is learnt from (``explaining.edit_forecast.back_features``)."""
ONWARD_FEATURES = 2
"""What making groups different is learnt from besides which groups they are (``onward_features``)."""

_LARGEST = 1e15
_CARD = TypeAdapter(ChangeCard)


def changes_to_dict(card: ChangeCard) -> dict[str, Any]:
    """A card as plain JSON values."""
    return asdict(card)


def changes_from_dict(data: Any) -> ChangeCard:
    """The card that :func:`changes_to_dict` made.

    Raises:
        InterpreterError: something is missing, unknown, or is not what it should be.
    """
    try:
        card = _CARD.validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        raise _damaged(first_fault(error)) from None
    check_changes(card)
    return card


def check_changes(card: ChangeCard, *, groups: int | None = None) -> None:
    """Raise InterpreterError where a card holds what cannot be.

    Args:
        groups: how many the interpreter's schema has; None does not look at the numbers of features.
    """
    for fault in _faults(card, groups):
        raise _damaged(fault)


def _damaged(reason: str) -> InterpreterError:
    return InterpreterError(
        f"What this interpreter keeps of its counterfactual answers is damaged ({reason}); make it again "
        "with attrimeter calibrate --changes."
    )


def _faults(card: ChangeCard, groups: int | None) -> Iterator[str]:
    """What cannot be in a card."""
    missing = set(get_args(Turn)) - set(card.rules)
    if missing:
        yield f"rules.{min(missing)}: missing"
    for turn, rule in card.rules.items():
        if not all(0 <= share <= 1 for share in (rule.sure, rule.works, rule.smallest)) or rule.pairs < 0:
            yield f"rules.{turn}: a number out of its range"
    if not 0 < card.threshold < _LARGEST:
        yield f"threshold: {card.threshold}"
    for name, model in (("back", card.back), ("onward", card.onward)):
        if len(model.spread) != 3 or not 0 <= model.floor < _LARGEST:
            yield f"{name}: its variance is no such thing"
        if not all(abs(number) < _LARGEST for number in (*model.weights, *model.spread)):
            yield f"{name}: a number that is far too large"
    if groups is None:
        return
    for name, model, wanted in (
        ("back", card.back, BACK_FEATURES),
        ("onward", card.onward, groups + ONWARD_FEATURES),
    ):
        if len(model.weights) != wanted:
            yield f"{name}: {len(model.weights)} weights for {wanted} features"
