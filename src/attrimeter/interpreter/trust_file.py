"""A trust card as the plain data that an interpreter keeps under ``facts["trust"]``."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter, ValidationError

from attrimeter.errors import InterpreterError
from attrimeter.interpreter.strict_model import first_fault
from attrimeter.values import OTHER
from attrimeter.values.trust import TrustCard

_CARD = TypeAdapter(TrustCard)


def trust_to_dict(card: TrustCard) -> dict[str, Any]:
    """A card as plain JSON values; a number that is not known (NaN) becomes null."""
    return {name: _to_plain(value) for name, value in asdict(card).items()}


def trust_from_dict(data: Any) -> TrustCard:
    """The card that :func:`trust_to_dict` made.

    Raises:
        InterpreterError: something is missing, unknown, or is not what it should be.
    """
    try:
        card = _CARD.validate_json(json.dumps(_from_plain(data)), strict=True)
    except ValidationError as error:
        raise _damaged(first_fault(error)) from None
    check_trust(card)
    return card


def check_trust(card: TrustCard, *, groups: Sequence[str] | None = None) -> None:
    """Raise InterpreterError where a card holds what cannot be.

    Args:
        groups: of the schema; the card may be of no others. None does not look at them.
    """
    for fault in _faults(card, groups):
        raise _damaged(fault)


def _damaged(reason: str) -> InterpreterError:
    return InterpreterError(
        f"The trust card of this interpreter is damaged ({reason}); fit the interpreter again."
    )


def _faults(card: TrustCard, groups: Sequence[str] | None) -> Iterator[str]:
    """What cannot be in a card."""
    for name in (*card.groups, *card.residuals):
        if groups is not None and name not in (*groups, OTHER):
            yield f"it is of {name[:40]!r}, which the schema does not know"
    if card.pairs < 0:
        yield f"pairs: {card.pairs}"
    for name, score in _scores(card):
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


def _scores(card: TrustCard) -> Iterator[tuple[str, Any]]:
    for name in ("interpreter_error", "baseline_error", "spearman"):
        yield name, getattr(card, name)


def _to_plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _to_plain(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_to_plain(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _from_plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _from_plain(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_from_plain(entry) for entry in value]
    return math.nan if value is None else value
