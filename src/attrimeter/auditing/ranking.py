"""What a target's own distances say of a data set: who is found, who is nearest, who is taken for whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from attrimeter.arrays import Array
from attrimeter.auditing.camera_bias import Confusions, count_confusions
from attrimeter.auditing.reading import QUERY_BLOCK
from attrimeter.caching.cached_sides import CachedSide
from attrimeter.metrics import concatenate_query_scores, pairwise_distances
from attrimeter.metrics.retrieval import QueryScores, score_queries
from attrimeter.targets import Target

NEAREST = 10


@dataclass(frozen=True)
class WrongRanks:
    """The queries whose nearest candidate is somebody else, and the nearest of either kind: row numbers."""

    queries: Int[Array, " n"]
    wrong: Int[Array, " n"]
    right: Int[Array, " n"]


@dataclass(frozen=True)
class RankedGallery:
    """What the target's own distances say.

    Attributes:
        scores: of each query.
        confusions: of each query.
        errors: queries whose nearest candidate is wrong.
        nearest: gallery rows of the nearest candidates of each query, up to ``NEAREST``; by the Market-1501
            protocol an image of the same person before the same camera is no candidate.
    """

    scores: QueryScores
    confusions: Confusions
    errors: WrongRanks
    nearest: Int[Array, "queries nearest"]


def rank_gallery(target: Target, queries: CachedSide, gallery: CachedSide) -> RankedGallery:
    """Rank the whole gallery for every query by the target's own distance, in blocks of queries."""
    parts = []
    for start in range(0, len(queries), QUERY_BLOCK):
        rows = np.arange(start, min(start + QUERY_BLOCK, len(queries)))
        distances = pairwise_distances(
            queries.maps.embeddings[rows], gallery.maps.embeddings, target.metric
        ).numpy()
        known: dict[str, Array] = {
            "query_identities": queries.images.identities[rows],
            "query_cameras": queries.images.views[rows],
            "gallery_identities": gallery.images.identities,
            "gallery_cameras": gallery.images.views,
        }
        nearest, errors = find_candidates(distances, rows, **known)
        parts.append(
            RankedGallery(
                scores=score_queries(distances, ap="precision", **known),
                confusions=count_confusions(distances, **known),
                errors=errors,
                nearest=nearest,
            )
        )
    return _join(parts)


def find_candidates(
    distances: Float[Array, "q gallery"],
    rows: Int[Array, " q"],
    *,
    query_identities: Int[Array, " q"],
    query_cameras: Int[Array, " q"],
    gallery_identities: Int[Array, " gallery"],
    gallery_cameras: Int[Array, " gallery"],
) -> tuple[Int[Array, "q nearest"], WrongRanks]:
    """The nearest candidates of some queries, and which of the queries are taken for somebody else.

    Equal distances keep the order of the gallery, as in :func:`attrimeter.metrics.score_queries`.

    Args:
        rows: numbers of the queries.

    Returns:
        Gallery rows, nearest first, -1 where there are fewer than ``NEAREST``; and the wrong ranks.
    """
    same = (query_identities[:, None] == gallery_identities[None]) & (query_identities[:, None] > 0)
    here = query_cameras[:, None] == gallery_cameras[None]
    left = np.where((same & here) | (gallery_identities < 0)[None], np.inf, distances)
    order = np.argsort(left, axis=1, kind="stable")
    right = np.take_along_axis(same & ~here, order, axis=1)
    fails = np.flatnonzero(right.any(axis=1) & ~right[:, 0])
    first = order[fails, right[fails].argmax(axis=1)]
    nearest = np.where(np.isfinite(np.take_along_axis(left, order, axis=1)), order, -1)[:, :NEAREST]
    return nearest, WrongRanks(rows[fails], nearest[fails, 0], first)


def _join(parts: list[RankedGallery]) -> RankedGallery:
    def joined(kind: str, name: str) -> Array:
        return np.concatenate([getattr(getattr(part, kind), name) for part in parts])

    return RankedGallery(
        scores=concatenate_query_scores([part.scores for part in parts]),
        confusions=Confusions(*(joined("confusions", name) for name in ("same_camera", "other_camera"))),
        errors=WrongRanks(*(joined("errors", name) for name in ("queries", "wrong", "right"))),
        nearest=np.concatenate([part.nearest for part in parts]),
    )
