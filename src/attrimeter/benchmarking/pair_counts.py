"""How many rendered pairs of each kind are measured."""

from __future__ import annotations

from attrimeter.ranges import check_number

QUICK = 40
"""Pairs at most where a first look is enough."""


def count_pairs(pairs: int, *, quick: bool = False) -> dict[str, int]:
    """Pairs of each kind of ``synthesis.KINDS``.

    Args:
        pairs: with many differences, 4 to 100,000; half as many with few, a quarter each of one person and
            within one view.
        quick: at most :data:`QUICK`.

    Raises:
        SettingsError: a number out of its range.
    """
    check_number("benchmark_pairs", pairs, called="pairs")
    many = min(pairs, QUICK) if quick else pairs
    return {"many": many, "few": many // 2, "same": many // 4, "edited": many // 4}
