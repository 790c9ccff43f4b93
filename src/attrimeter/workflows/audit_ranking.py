"""What a target's own distances say of a data set: who is found, who is nearest, who is taken for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from attrimeter.metrics import concatenate_query_scores, pairwise_distances
from attrimeter.metrics.camera_bias import Confusions, count_confusions
from attrimeter.metrics.retrieval import QueryScores, score_queries
from attrimeter.targets import Target
from attrimeter.workflows.audit_reading import QUERY_BLOCK
from attrimeter.workflows.cached_sides import CachedSide

Array = np.ndarray[Any, np.dtype[Any]]
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


def find_wrong_ranks(
    distances: Float[Array, "q gallery"],
    rows: Int[Array, " q"],
    *,
    query_identities: Int[Array, " q"],
    query_cameras: Int[Array, " q"],
    gallery_identities: Int[Array, " gallery"],
    gallery_cameras: Int[Array, " gallery"],
) -> WrongRanks:
    """Of some queries (their numbers: ``rows``) those whose nearest candidate is wrong, by the protocol."""
    same = (query_identities[:, None] == gallery_identities[None]) & (query_identities[:, None] > 0)
    elsewhere = query_cameras[:, None] != gallery_cameras[None]
    right = np.where(same & elsewhere, distances, np.inf)
    wrong = np.where(~same & (gallery_identities >= 0)[None], distances, np.inf)
    nearest = right.argmin(axis=1), wrong.argmin(axis=1)
    fails = np.isfinite(right.min(axis=1)) & (wrong.min(axis=1) < right.min(axis=1))
    return WrongRanks(rows[fails], nearest[1][fails], nearest[0][fails])


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
            "query_cameras": queries.images.cameras[rows],
            "gallery_identities": gallery.images.identities,
            "gallery_cameras": gallery.images.cameras,
        }
        parts.append(
            RankedGallery(
                scores=score_queries(distances, ap="precision", **known),
                confusions=count_confusions(distances, **known),
                errors=find_wrong_ranks(distances, rows, **known),
                nearest=find_nearest(distances, **known),
            )
        )
    return _join(parts)


def find_nearest(
    distances: Float[Array, "q gallery"],
    *,
    query_identities: Int[Array, " q"],
    query_cameras: Int[Array, " q"],
    gallery_identities: Int[Array, " gallery"],
    gallery_cameras: Int[Array, " gallery"],
) -> Int[Array, "q nearest"]:
    """The nearest candidates of each query, nearest first; -1 where there are fewer."""
    same = (query_identities[:, None] == gallery_identities[None]) & (query_identities[:, None] > 0)
    here = query_cameras[:, None] == gallery_cameras[None]
    left = np.where((same & here) | (gallery_identities < 0)[None], np.inf, distances)
    order = np.argsort(left, axis=1, kind="stable")[:, :NEAREST]
    nearest: Array = np.where(np.isfinite(np.take_along_axis(left, order, axis=1)), order, -1)
    return nearest


def _join(parts: list[RankedGallery]) -> RankedGallery:
    def joined(kind: str, name: str) -> Array:
        return np.concatenate([getattr(getattr(part, kind), name) for part in parts])

    return RankedGallery(
        scores=concatenate_query_scores([part.scores for part in parts]),
        confusions=Confusions(*(joined("confusions", name) for name in ("same_camera", "other_camera"))),
        errors=WrongRanks(*(joined("errors", name) for name in ("queries", "wrong", "right"))),
        nearest=np.concatenate([part.nearest for part in parts]),
    )
