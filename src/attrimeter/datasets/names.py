"""Identities and cameras are names: what they say, and the numbers that stand for them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

JUNK_IDENTITY = -1
DISTRACTOR_IDENTITY = 0

_WHOLE = re.compile(r"([+-]?[0-9]{1,18})(?:\.0*)?")
_JUNK = re.compile(r"00-1|-[0-9]{1,18}(?:\.0*)?")
_SHOWN = 5


@dataclass(frozen=True)
class Numbering:
    """Numbers for names.

    Attributes:
        numbers: name -> number.
        by_value: whether each name is a whole number and stands for itself.
        remark: a sentence on how the names were numbered, "" where they stand for themselves.
    """

    numbers: dict[str, int]
    by_value: bool
    remark: str = ""


def number_identities(names: Iterable[str], *, zero_is_person: bool = False) -> Numbering:
    """A number for each identity's name, by one rule for every layout.

    A negative number (-1, -1.0, MARS's 00-1) is junk, and 0 (0000, 0.0) a distractor, whatever the other
    names are. Where all others are whole numbers they stand for themselves, also when a spreadsheet wrote
    them as 7.0; else they are numbered from 1 in sorted order: 1_11 is a name and not 111.

    Args:
        zero_is_person: in this layout 0 is a person like others; the numbers are one higher, because 0 is
            kept for distractors.
    """
    values = {name: _value(name) for name in set(names)}
    marks = {name: JUNK_IDENTITY for name in values if _JUNK.fullmatch(name) and _value(name) != 0}
    if not zero_is_person:
        marks |= {name: DISTRACTOR_IDENTITY for name, value in values.items() if value == 0}
    persons = [name for name in values if name not in marks]
    found = [values[name] for name in persons]
    if all(value is not None for value in found):
        shift = 1 if zero_is_person else 0
        return Numbering(marks | {name: (values[name] or 0) + shift for name in persons}, True)
    numbers, remark = _in_order(persons)
    return Numbering(marks | numbers, False, f"Identities are names, numbered in sorted order ({remark}).")


def number_cameras(names: Iterable[str | None]) -> Numbering:
    """A number for each camera's name; None, nothing and negative numbers are no camera and not numbered."""
    known = {name for name in names if name is not None and name != "" and not _JUNK.fullmatch(name)}
    values = {name: _value(name) for name in known}
    if all(value is not None for value in values.values()):
        return Numbering({name: value or 0 for name, value in values.items()}, True)
    numbers, remark = _in_order(known)
    return Numbering(numbers, False, f"Cameras are names, numbered in sorted order ({remark}).")


def _value(name: str) -> int | None:
    found = _WHOLE.fullmatch(name)
    return None if found is None else int(found[1])


def _in_order(names: Iterable[str]) -> tuple[dict[str, int], str]:
    """Names numbered from 1; 7 and 7.0 are one name."""
    plain = {name: _plain(name) for name in names}
    order = {name: number for number, name in enumerate(sorted(set(plain.values())), start=1)}
    shown = ", ".join(f"{number} is {name}" for name, number in list(order.items())[:_SHOWN])
    return {name: order[plain[name]] for name in plain}, shown + (", ..." if len(order) > _SHOWN else "")


def _plain(name: str) -> str:
    found = _WHOLE.fullmatch(name)
    return name if found is None else found[1]
