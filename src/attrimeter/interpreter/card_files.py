"""Trust cards and change cards as the plain data that an interpreter keeps among its facts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError

from attrimeter.errors import InterpreterError
from attrimeter.interpreter.strict_model import first_fault
from attrimeter.values import OTHER
from attrimeter.values.change_answer import ChangeCard, Turn
from attrimeter.values.trust import TrustCard

BACK_FEATURES = 11
"""What making groups alike is learnt from (``explaining.changes.forecast.back_features``)."""
ONWARD_FEATURES = 2
"""What making groups different is learnt from besides which groups they are (``onward_features`` there)."""

_TRUST_DAMAGED = "The trust card of this interpreter is damaged ({}); fit the interpreter again."
_CHANGES_DAMAGED = (
    "What this interpreter keeps of its counterfactual answers is damaged ({}); make it again with "
    "attrimeter calibrate --changes."
)
_LARGEST = 1e15

Card = TypeVar("Card", TrustCard, ChangeCard)


def trust_to_dict(card: TrustCard) -> dict[str, Any]:
    """A card as plain JSON values; a number that is not known (NaN) becomes null."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(card)), parse_constant=lambda _: None)
    return plain


def trust_from_dict(data: Any) -> TrustCard:
    """The card that :func:`trust_to_dict` made.

    Raises:
        InterpreterError: something is missing, unknown, or is not what it should be.
    """
    card = _read(TrustCard, _with_nan(data), _TRUST_DAMAGED)
    check_trust(card)
    return card


def check_trust(card: TrustCard, *, groups: Sequence[str] | None = None) -> None:
    """Raise InterpreterError where a card holds what cannot be.

    Args:
        groups: of the schema; the card may be of no others. None does not look at them.
    """
    for fault in _trust_faults(card, groups):
        raise InterpreterError(_TRUST_DAMAGED.format(fault))


def changes_to_dict(card: ChangeCard) -> dict[str, Any]:
    """A card as plain JSON values."""
    return asdict(card)


def changes_from_dict(data: Any) -> ChangeCard:
    """The card that :func:`changes_to_dict` made.

    Raises:
        InterpreterError: something is missing, unknown, or is not what it should be.
    """
    card = _read(ChangeCard, data, _CHANGES_DAMAGED)
    check_changes(card)
    return card


def check_changes(card: ChangeCard, *, groups: int | None = None) -> None:
    """Raise InterpreterError where a card holds what cannot be.

    Args:
        groups: how many the interpreter's schema has; None does not look at the numbers of features.
    """
    for fault in _change_faults(card, groups):
        raise InterpreterError(_CHANGES_DAMAGED.format(fault))


def _read(kind: type[Card], data: Any, damaged: str) -> Card:
    try:
        return TypeAdapter(kind).validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        raise InterpreterError(damaged.format(first_fault(error))) from None


def _with_nan(value: Any) -> Any:
    """Plain data with NaN in place of null."""
    if isinstance(value, Mapping):
        return {name: _with_nan(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_with_nan(entry) for entry in value]
    return math.nan if value is None else value


def _trust_faults(card: TrustCard, groups: Sequence[str] | None) -> Iterator[str]:
    for name in (*card.groups, *card.residuals):
        if groups is not None and name not in (*groups, OTHER):
            yield f"it is of {name[:40]!r}, which the schema does not know"
    if card.pairs < 0:
        yield f"pairs: {card.pairs}"
    for name in ("interpreter_error", "baseline_error", "spearman"):
        score = getattr(card, name)
        ends = (score.low, score.value, score.high)
        if any(math.isinf(end) for end in ends) or score.low > score.high:
            yield f"{name}: {ends}"
    for name, group in card.groups.items():
        numbers = (group.relative_error, group.leak, 1 - abs(group.correlation) + 1e-9, group.pairs)
        if any(number < 0 for number in numbers) or math.isinf(group.true_share):
            yield f"groups.{name[:40]}: a number out of its range"
    for name, table in card.residuals.items():
        if not len(table.low) == len(table.high) == len(table.edges) + 1:
            yield f"residuals.{name[:40]}: {len(table.edges)} edges do not bound {len(table.low)} bins"
        if any(a > b for a, b in pairwise((0.0, *table.edges))) or any(
            low > high for low, high in zip(table.low, table.high, strict=False)
        ):
            yield f"residuals.{name[:40]}: its ends do not ascend"


def _change_faults(card: ChangeCard, groups: int | None) -> Iterator[str]:
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
            yield f"{name}: its variance is not one"
        if not all(abs(number) < _LARGEST for number in (*model.weights, *model.spread)):
            yield f"{name}: a number that is far too large"
    if groups is None:
        return
    for name, model, expected in (
        ("back", card.back, BACK_FEATURES),
        ("onward", card.onward, groups + ONWARD_FEATURES),
    ):
        if len(model.weights) != expected:
            yield f"{name}: {len(model.weights)} weights for {expected} features"
