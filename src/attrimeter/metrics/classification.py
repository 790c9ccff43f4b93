"""Scores of binary decisions: average precision, balanced accuracy, and the point of equal error."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int8

from attrimeter.arrays import Array
from attrimeter.errors import SettingsError


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
