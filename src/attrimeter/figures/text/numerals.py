"""Numbers as a reader wants them: few digits, a true minus sign, NaN as "not known"."""

from __future__ import annotations

import math
from collections.abc import Iterable

from attrimeter.values import Score

UNKNOWN = "–"
"""What stands in a table where a number is not known."""


def column_decimals(values: Iterable[float]) -> int:
    """Decimals for a whole column, by the largest of ``values``: two up to 100, fewer above, and below 1 as
    many as show three significant digits (at most 6).

    NaN and infinity are passed over; nothing but zeros (or nothing at all) takes two.
    """
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest == 0:
        return 2
    magnitude = math.floor(math.log10(largest))
    return min(6, 2 - magnitude) if magnitude < 0 else max(0, 3 - max(1, magnitude))


def format_number(value: float, *, decimals: int, signed: bool = False) -> str:
    """``value`` with fixed decimals; -0 becomes 0, and NaN becomes :data:`UNKNOWN`."""
    if not math.isfinite(value):
        return UNKNOWN
    text = f"{abs(value):.{decimals}f}"
    zero = not text.strip("0.")
    sign = "" if zero else "−" if value < 0 else "+" if signed else ""
    return sign + text


def format_distance(value: float) -> str:
    """A distance with three significant digits, without an exponent down to 0.0001."""
    if not math.isfinite(value) or value == 0:
        return UNKNOWN if value != 0 else "0"
    if abs(value) < 1e-4:
        return f"{value:.1e}".replace("e-0", "e-").replace("-", "−")
    return format_number(value, decimals=max(0, 2 - math.floor(math.log10(abs(value)))))


def format_share(share: float, *, signed: bool = False) -> str:
    """A share of the distance in whole percent ("41 %"); what rounds to nothing but is not is "<1 %"."""
    if not math.isfinite(share):
        return UNKNOWN
    if share != 0 and abs(share) < 0.005:
        return "<1 %"
    return format_number(100 * share, decimals=0, signed=signed) + " %"


def format_ends(ends: tuple[float, float] | None, *, decimals: int) -> str:
    """The two ends of a contribution's interval ("[−0.3, 4.1]"); nothing where there is none."""
    if ends is None:
        return ""
    low, high = (format_number(end, decimals=decimals) for end in ends)
    return f"[{low}, {high}]"


def format_completeness(completeness: float) -> str:
    """How far a ledger misses, with one digit ("2e-7"); nothing is "0"."""
    return "0" if completeness == 0 else f"{completeness:.0e}".replace("e-0", "e-")


def format_score(score: Score, *, decimals: int = 1) -> str:
    """The value of a score in percent, without its interval."""
    return format_number(score.value, decimals=decimals)


def percent(share: Score) -> Score:
    """A score from 0 to 1 in percent."""
    return Score(100 * share.value, 100 * share.low, 100 * share.high)


def known_or(value: float, otherwise: float) -> float:
    """``value`` where it is known, else ``otherwise``: for orders and drawings, in which NaN has no place."""
    return value if math.isfinite(value) else otherwise


def score_words(score: Score, *, decimals: int = 1, unit: str = " %", signed: bool = False) -> str:
    """A score and its interval ("12.3 % (10.1 to 14.5)"), without brackets where that is not known."""
    value = format_number(score.value, decimals=decimals, signed=signed)
    known = value if value == UNKNOWN else value + unit
    interval = format_interval(score, decimals=decimals)
    return known if interval == UNKNOWN else f"{known} ({interval})"


def format_interval(score: Score, *, decimals: int = 1) -> str:
    """The 95 % interval of a score ("89.1 to 93.3"); :data:`UNKNOWN` where it cannot be had."""
    if not (math.isfinite(score.low) and math.isfinite(score.high)):
        return UNKNOWN
    low, high = (format_number(end, decimals=decimals) for end in (score.low, score.high))
    return f"{low} to {high}"
