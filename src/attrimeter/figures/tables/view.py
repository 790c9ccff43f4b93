"""A table in words and numbers, the same for the terminal and for a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from attrimeter.figures.text.numerals import UNKNOWN, format_interval, format_number, percent
from attrimeter.values.evaluation import Score


@dataclass(frozen=True)
class Cell:
    """What stands in a table.

    Attributes:
        value: a number, or words.
        interval: its 95 % interval ("0.29 to 0.33"), or an empty string where it has none.
        tone: of a verdict.
    """

    value: str
    interval: str = ""
    tone: Literal["", "good", "bad"] = ""


@dataclass(frozen=True)
class Row:
    """One line of a table: ``strong`` where it stands out (an interpreter among baselines, a difference that
    is clearer than chance), ``quiet`` where it is only there to compare with."""

    name: str
    cells: tuple[Cell, ...] = ()
    strong: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class TableView:
    """A table.

    Attributes:
        title: above it; empty for none.
        columns: what each holds, the names' column first.
        rows: its lines.
        caption: a line below.
        words: how many columns, from the left, hold words and not numbers.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    words: int = 1


def score_cell(
    score: Score | None, *, decimals: int = 1, ends: int | None = None, signed: bool = False
) -> Cell:
    """A number and its interval, whose ends have ``ends`` decimals (None: as many); empty for None."""
    if score is None:
        return Cell("")
    interval = format_interval(score, decimals=decimals if ends is None else ends)
    value = format_number(score.value, decimals=decimals, signed=signed)
    return Cell(value, "" if interval == UNKNOWN else interval)


def percent_cell(share: Score, *, decimals: int = 1, ends: int | None = None) -> Cell:
    """A share from 0 to 1 in percent, and its interval."""
    return score_cell(percent(share), decimals=decimals, ends=ends)


def verdict_cell(holds: bool) -> Cell:
    """Whether a check came out as it must."""
    return Cell("yes", tone="good") if holds else Cell("no", tone="bad")
