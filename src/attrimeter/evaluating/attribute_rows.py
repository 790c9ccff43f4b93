"""The per-attribute table of an evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from attrimeter.evaluating.pair_tally import PairTally
from attrimeter.metrics import average_precision
from attrimeter.values import AttributeRow

Array = np.ndarray[Any, np.dtype[Any]]


def attribute_rows(
    tally: PairTally, accuracy: Array, unmapped: Sequence[str] = ()
) -> tuple[AttributeRow, ...]:
    """One row per attribute, from the tally's even sample of different-person pairs.

    Args:
        accuracy: balanced accuracy of the state read of each attribute, in [0, 1].
        unmapped: attributes of which the labels cannot say that they hold; their numbers are NaN.
    """
    names = tally.interpreter.schema.names
    if not tally.sample:
        return ()
    shares = np.concatenate([part for part, _ in tally.sample])
    states = np.concatenate([part for _, part in tally.sample])
    rows = []
    for index, name in enumerate(names):
        known = (states[:, index] >= 0) & (name not in unmapped)
        differs, share = states[known, index] == 1, 100 * shares[known, index]
        rows.append(
            AttributeRow(
                name=name,
                differs=100 * _mean(differs.astype(np.float64)),
                share_differs=_mean(share[differs]),
                share_common=_mean(share[~differs]),
                average_precision=100 * average_precision(share, differs),
                reading_accuracy=float("nan") if name in unmapped else 100 * float(accuracy[index]),
            )
        )
    return tuple(rows)


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else float("nan")
