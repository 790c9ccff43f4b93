"""The distance at which a target errs equally often on pairs of one person and on pairs of two."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float

from attrimeter.errors import SettingsError

Array = np.ndarray[Any, np.dtype[Any]]


def equal_error_distance(same: Float[Array, " n"], different: Float[Array, " m"]) -> float:
    """The threshold at which the share of farther ``same`` pairs equals that of nearer ``different`` ones.

    A pair at most that far apart is a match. Between two distances of the sample at which the two shares
    are equally near each other, the middle is taken.

    Args:
        same, different: distances of pairs that show one person, and two.

    Raises:
        SettingsError: one of the samples is empty.
    """
    if not (len(same) and len(different)):
        raise SettingsError("An equal error needs pairs of one person and pairs of two; one kind is missing.")
    one, two = np.sort(same), np.sort(different)
    places = np.concatenate([one, two])
    missed = 1 - np.searchsorted(one, places, side="right") / len(one)
    mistaken = np.searchsorted(two, places, side="right") / len(two)
    apart = np.abs(missed - mistaken)
    best = places[apart <= apart.min() + 1e-12]
    return float((best.min() + best.max()) / 2)
