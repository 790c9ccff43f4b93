"""Deletion and insertion curves of the squared distance of a pair.

Deletion and insertion were proposed for class scores by Petsiuk et al., "RISE" (BMVC 2018); here the score
is the squared distance, and both pictures of a pair are changed at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64, UInt8
from scipy.ndimage import gaussian_filter

from attrimeter.arrays import Array
from attrimeter.benchmarking.pixel_order import BLUR, order_pixels, pixel_importance, random_importance
from attrimeter.metrics.bootstrap import bootstrap_mean
from attrimeter.targets import Target
from attrimeter.values import Attribution, CurveScores, MeasuredPairs

FRACTIONS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
MOST_PAIRS = 60


@dataclass(frozen=True)
class PairCurves:
    """D^2 of n pairs relative to that of the untouched pictures, at each of FRACTIONS.

    Attributes:
        deletion: with that share of the pixels blurred, in the order of importance.
        insertion: with all blurred but that share.
    """

    deletion: Float64[Array, "n fractions"]
    insertion: Float64[Array, "n fractions"]


def curve_rows(pairs: MeasuredPairs, *, most: int = MOST_PAIRS) -> Int64[Array, " rows"]:
    """The pairs that curves are drawn of: up to ``most`` pairs of different persons, evenly spread."""
    rows = np.flatnonzero(pairs.differs.any(axis=1) & (pairs.total > 0))
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).round().astype(np.int64)]


def draw_random_curves(
    target: Target, pairs: MeasuredPairs, *, most: int = MOST_PAIRS, seed: int = 0
) -> PairCurves:
    """The curves of ``curve_rows(pairs, most=most)`` in the order of a blurred random map.

    They do not depend on an explainer: draw them once, and hand them to every :func:`score_curves`.
    """
    rows = curve_rows(pairs, most=most)
    size = (pairs.first.shape[1], pairs.first.shape[2])
    noise = random_importance(2 * len(rows), size, seed=seed)
    orders = order_pixels(noise, seed=seed)
    return _draw_curves(target, pairs, rows, orders[: len(rows)], orders[len(rows) :])


def score_curves(
    target: Target,
    pairs: MeasuredPairs,
    attribution: Attribution,
    *,
    random: PairCurves | None = None,
    most: int = MOST_PAIRS,
    samples: int = 1000,
    seed: int = 0,
) -> CurveScores | None:
    """How fast D^2 falls, and rises again, in the order in which an attribution ranks the pixels.

    A pixel matters by what is booked on the groups whose maps lie on it, whatever the sign; see
    :func:`attrimeter.benchmarking.pixel_order.pixel_importance`. In each of the two pictures the given share
    of its pixels is replaced by the picture blurred beyond recognition.

    Args:
        random: what :func:`draw_random_curves` returned for the same pairs, ``most`` and seed; None draws
            them now.
        most: the most pairs that are drawn.
        samples: of the bootstrap over identities.
        seed: of the random order, the order of equal pixels and the bootstrap.

    Returns:
        Mean curves and the areas between them and the random ones, by the trapezoid rule; None where the
        attribution has no maps, or no pair shows different persons.
    """
    rows = curve_rows(pairs, most=most)
    if attribution.first_maps is None or attribution.second_maps is None or len(rows) == 0:
        return None
    size = (pairs.first.shape[1], pairs.first.shape[2])
    first, second = (
        order_pixels(pixel_importance(maps[rows], attribution.contributions[rows], size), seed=seed)
        for maps in (attribution.first_maps, attribution.second_maps)
    )
    own = _draw_curves(target, pairs, rows, first, second)
    if random is None:
        random = draw_random_curves(target, pairs, most=most, seed=seed)
    deletion_gain, insertion_gain = (
        bootstrap_mean(_areas(gains), pairs.identities[rows], samples=samples, seed=seed)
        for gains in (random.deletion - own.deletion, own.insertion - random.insertion)
    )
    return CurveScores(
        fractions=FRACTIONS,
        deletion=_mean_curve(own.deletion),
        insertion=_mean_curve(own.insertion),
        random_deletion=_mean_curve(random.deletion),
        random_insertion=_mean_curve(random.insertion),
        deletion_gain=deletion_gain,
        insertion_gain=insertion_gain,
    )


def _areas(curves: Float64[Array, "n fractions"]) -> Float64[Array, " n"]:
    """The area under each curve, by the trapezoid rule."""
    areas: Array = (curves[:, 1:] + curves[:, :-1]) @ np.diff(FRACTIONS) / 2
    return areas


def _mean_curve(curves: Float64[Array, "n fractions"]) -> tuple[float, ...]:
    return tuple(curves.mean(axis=0).tolist())


def _draw_curves(
    target: Target,
    pairs: MeasuredPairs,
    rows: Int64[Array, " rows"],
    first_order: Int64[Array, "rows pixels"],
    second_order: Int64[Array, "rows pixels"],
) -> PairCurves:
    """The curves of the pairs at ``rows``; one pair's altered pictures are held at a time."""
    curves = np.empty((len(rows), 2, len(FRACTIONS)))
    for place, row in enumerate(rows):
        first = _alter_picture(pairs.first[row], first_order[place])
        second = _alter_picture(pairs.second[row], second_order[place])
        embeddings = target.embed_images([*first, *second]).astype(np.float64)
        squares = np.square(embeddings[: len(first)] - embeddings[len(first) :]).sum(axis=1)
        curves[place] = (squares / squares[0]).reshape(2, len(FRACTIONS))
    return PairCurves(deletion=curves[:, 0], insertion=curves[:, 1])


def _alter_picture(
    picture: UInt8[Array, "height width 3"], order: Int64[Array, " pixels"]
) -> UInt8[Array, "altered height width 3"]:
    """The picture at each fraction of deletion, and then at each of insertion."""
    blurred = blur_picture(picture)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    rank = rank.reshape(picture.shape[:2])
    taken: list[Bool[Array, "height width"]] = [rank < round(share * rank.size) for share in FRACTIONS]
    blurs = [*taken, *(~mask for mask in taken)]
    return np.stack([np.where(mask[..., None], blurred, picture) for mask in blurs])


def blur_picture(picture: UInt8[Array, "height width 3"]) -> UInt8[Array, "height width 3"]:
    """The picture under a Gaussian blur whose deviation is a tenth of its width."""
    sigma = BLUR * picture.shape[1]
    soft: Array = gaussian_filter(picture.astype(np.float32), sigma=(sigma, sigma, 0))
    return soft.round().clip(0, 255).astype(np.uint8)
