"""Reading attributes: balanced accuracy, average precision, and how often an attribute differs at all."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int8

Array = np.ndarray[Any, np.dtype[Any]]


def balanced_accuracy(
    probabilities: Float[Array, "images attr"], labels: Int8[Array, "images attr"]
) -> Float[Array, " attr"]:
    """Per attribute the mean of the recalls of its two classes, in [0, 1]; 0.5 is chance.

    Args:
        probabilities: that the attribute is positive; 0.5 and more is read as positive.
        labels: 1 positive, 0 negative, -1 unknown (left out).

    Returns:
        NaN for an attribute of which a class is absent.
    """
    read = probabilities >= 0.5
    positive, negative = labels == 1, labels == 0
    with np.errstate(invalid="ignore"):
        sensitivity = (read & positive).sum(axis=0) / positive.sum(axis=0)
        specificity = (~read & negative).sum(axis=0) / negative.sum(axis=0)
    return np.asarray((sensitivity + specificity) / 2)


def average_precision(scores: Float[Array, " items"], positives: Bool[Array, " items"]) -> float:
    """Mean over the positives of the precision among all items that score as high, in [0, 1].

    Items of equal score are taken together, so the result does not depend on their order: scores that are
    all the same give the share of positives. NaN without positives.
    """
    if not positives.any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(positives[order])
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))  # where each run of equal scores ends
    found = hits[last]
    precision = found / (last + 1)
    return float(np.sum(np.diff(found, prepend=0) * precision) / found[-1])


def constant_order(labels: Int8[Array, "persons attr"]) -> Float[Array, " attr"]:
    """How often each attribute differs between two different persons, in [0, 1].

    The share is exact over all pairs of the given persons whose label is known. Used as the components of
    every pair, it is the baseline that ranks attributes without looking at any pair.

    Args:
        labels: one row per identity: 1, 0, or -1 unknown.

    Returns:
        0 for an attribute that is known of fewer than two persons.
    """
    positive = (labels == 1).sum(axis=0).astype(np.float64)
    negative = (labels == 0).sum(axis=0).astype(np.float64)
    count = positive + negative
    pairs = count * (count - 1) / 2
    return np.asarray(positive * negative / np.maximum(pairs, 1))
