"""What numbers a setting may have: one table, for the library and for the command line."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from numbers import Integral, Real
from typing import Any

from attrimeter.errors import SettingsError

_WHOLE = re.compile(r"[+-]?[0-9]{1,40}")
_REAL = re.compile(r"[+-]?([0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})([eE][+-]?[0-9]{1,4})?")
_SHOWN = 40  # characters of a wrong value


@dataclass(frozen=True)
class Range:
    """The numbers from ``low`` to ``high``.

    Attributes:
        low, high: the ends.
        whole: whole numbers only; else any finite number.
        without: "low", "high" or "" — the end that is not in the range itself.
    """

    low: float
    high: float
    whole: bool = True
    without: str = ""

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        if self.without == "low":
            return f"{kind} above {self.low:,} and at most {self.high:,}"
        return f"{kind} from {self.low:,} to {'below ' if self.without == 'high' else ''}{self.high:,}"

    def holds(self, value: Any) -> bool:
        """Whether the value is a number (True and False are none) of the range."""
        number: Any = value
        if isinstance(value, bool) or not isinstance(value, Integral if self.whole else Real):
            return False
        if number == self.low or number == self.high:
            return bool(number != {"low": self.low, "high": self.high}.get(self.without))
        return bool(self.low < number < self.high)  # which NaN is not


def _whole(low: int, high: int) -> Range:
    return Range(low, high)


def _real(low: float, high: float, without: str = "") -> Range:
    return Range(low, high, whole=False, without=without)


LARGEST = 2**63 - 1
"""What 64 bits hold; PyTorch and NumPy both take it as a seed."""

RANGES: dict[str, Range] = {
    # of everything random
    "seed": _whole(0, LARGEST),
    "edit_seed": _whole(0, LARGEST),
    # training and fitting
    "epochs": _whole(1, 100_000),
    "warm_up_epochs": _whole(0, 100_000),
    "validation_interval": _whole(1, 100_000),
    "pairs": _whole(1, 10_000_000),
    "hidden": _whole(1, 8192),
    "batch_images": _whole(2, 4096),
    "batch_families": _whole(1, 1024),
    "images_per_identity": _whole(1, 4096),
    "training_batch": _whole(4, 4096),
    "training_images": _whole(2, 4096),
    "learning_rate": _real(0, 1000, without="low"),
    "weight_decay": _real(0, 1000),
    "validation_share": _real(0, 1, without="high"),
    "label_smoothing": _real(0, 1, without="high"),
    "reveal": _real(0, 1),
    "mirror_probability": _real(0, 1),
    "erase_probability": _real(0, 1),
    "triplet_margin": _real(0, 1000),
    "crop_padding": _whole(0, 1024),
    # weights of losses
    **dict.fromkeys(("distillation", "prior", "difference", "evidence"), _real(0, 1_000_000)),
    **dict.fromkeys(("parts", "template", "share", "value", "move"), _real(0, 1_000_000)),
    **dict.fromkeys(("differ", "cover", "real"), _real(0, 1_000_000)),
    # calibrating and auditing
    "candidates": _whole(1, 1_000_000),
    "queries": _whole(1, 1_000_000),
    "hard": _whole(1, 1_000_000),
    "random": _whole(1, 1_000_000),
    "penalty": _real(0, 1_000_000),
    "ledger_penalty": _real(0, 1_000_000),
    # opening targets
    "last_stride": _whole(1, 2),
    "input_side": _whole(16, 4096),
    # rendering and measuring
    "identities": _whole(1, 9999),
    "test_identities": _whole(1, 9998),
    "rendered_images": _whole(4, 9999),
    "rendered_cameras": _whole(2, 6),
    "distractors": _whole(0, 99_999),
    "side": _whole(16, 1024),
    "workers": _whole(1, 256),
    "workers_or_all": _whole(0, 256),
    "benchmark_pairs": _whole(4, 100_000),
    "kind_pairs": _whole(0, 100_000),
}
"""Range of every setting, by its name; one name has one range wherever it stands."""


def check_number(name: str, value: Any, *, called: str | None = None) -> None:
    """Raise SettingsError, naming the range, if ``value`` is not in that of ``RANGES[name]``.

    Args:
        called: what the setting is called where the user gave it; its name, if None.
    """
    if not RANGES[name].holds(value):
        raise SettingsError(f"{called or name} must be {RANGES[name]}; got {shorten(value)}.")


def check_numbers(settings: Any) -> None:
    """:func:`check_number` for every field of a dataclass that has a range."""
    for field in fields(settings):
        if field.name in RANGES:
            check_number(field.name, getattr(settings, field.name))


def read_number(name: str, text: str, *, called: str | None = None) -> int | float:
    """The number that a text stands for, in the digits 0 to 9.

    Raises:
        SettingsError: as :func:`check_number`.
    """
    whole = RANGES[name].whole
    if not (_WHOLE if whole else _REAL).fullmatch(text):
        raise SettingsError(f"{called or name} must be {RANGES[name]}; got {shorten(text)}.")
    value = int(text) if whole else float(text)
    check_number(name, value, called=called)
    return value


def shorten(value: Any) -> str:
    """The value as it is written in an error, cut where it is long."""
    try:
        text = repr(value)
    except ValueError:  # an integer of more digits than Python writes
        text = "a number of thousands of digits"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
