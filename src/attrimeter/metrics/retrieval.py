"""Retrieval scores by the Market-1501 protocol (Zheng et al., ICCV 2015)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from attrimeter.arrays import Array
from attrimeter.metrics.bootstrap import bootstrap_mean
from attrimeter.values import RetrievalScores


@dataclass(frozen=True)
class QueryScores:
    """How well each of Q queries found its identity in the gallery.

    Attributes:
        first_hit: rank of the first positive, counted from 0; -1 where the gallery has no positive.
        average_precision: in [0, 1]; NaN where there is no positive.
        inverse_negative_penalty: positives / rank of the last positive, in [0, 1]; NaN likewise (Ye et al.,
            "Deep Learning for Person Re-identification: A Survey and Outlook", 2021, equation 13).
    """

    first_hit: Int[Array, " queries"]
    average_precision: Float[Array, " queries"]
    inverse_negative_penalty: Float[Array, " queries"]


def score_queries(
    distances: Float[Array, "queries gallery"],
    *,
    query_identities: Int[Array, " queries"],
    query_cameras: Int[Array, " queries"],
    gallery_identities: Int[Array, " gallery"],
    gallery_cameras: Int[Array, " gallery"],
    ap: Literal["precision", "trapezoid"] = "precision",
) -> QueryScores:
    """Score the rankings of a block of queries.

    For each query the gallery images of its own identity *and* camera are dropped; the rest is ranked from
    the nearest. Equal distances keep the order of the gallery. Identity 0 (distractors) is never a positive.
    Queries do not influence each other, so the blocks of a large query set can be scored one by one and put
    together by :func:`concatenate_query_scores`.

    Args:
        distances: the smaller, the more alike; NaN counts as farthest.
        query_identities, query_cameras: of the block's queries.
        gallery_identities, gallery_cameras: of the gallery, junk (identity -1) already dropped.
        ap: "precision" is the mean precision at the positives, as in torchreid, FastReID and TransReID;
            "trapezoid" is the area of Market-1501's first evaluation code, which lies 0.5 to 2.7 points off.
    """
    order = np.argsort(distances, axis=1, kind="stable")
    same = (gallery_identities[order] == query_identities[:, None]) & (query_identities[:, None] != 0)
    dropped = same & (gallery_cameras[order] == query_cameras[:, None])
    positive = same & ~dropped
    rank = np.cumsum(~dropped, axis=1, dtype=np.int32)  # from 1, among those that are kept
    found = np.cumsum(positive, axis=1, dtype=np.int32)
    query, column = np.nonzero(positive)
    rank_of_hit, hits = rank[query, column].astype(np.float64), found[query, column]
    precision = hits / rank_of_hit
    if ap == "trapezoid":
        before = np.where(rank_of_hit == 1, 1.0, (hits - 1) / np.maximum(rank_of_hit - 1, 1))
        precision = (precision + before) / 2
    count = positive.sum(axis=1)
    with np.errstate(invalid="ignore"):
        average_precision = np.bincount(query, weights=precision, minlength=len(count)) / count
    first, last = np.full(len(count), -1, dtype=np.int64), np.full(len(count), np.nan)
    first[query[::-1]] = rank_of_hit[::-1] - 1
    last[query] = rank_of_hit
    return QueryScores(
        first_hit=first, average_precision=average_precision, inverse_negative_penalty=count / last
    )


def concatenate_query_scores(blocks: Sequence[QueryScores]) -> QueryScores:
    """The scores of all queries from those of consecutive blocks (at least one)."""
    names = [field.name for field in fields(QueryScores)]
    return QueryScores(**{name: np.concatenate([getattr(block, name) for block in blocks]) for name in names})


def summarise_retrieval(
    scores: QueryScores, query_identities: Int[Array, " queries"], *, samples: int = 1000, seed: int = 0
) -> RetrievalScores:
    """CMC at ranks 1, 5 and 10, mAP and mINP in percent, with intervals bootstrapped over the queries'
    identities. Queries without a positive are left out and counted; if none is left, the scores are NaN."""
    valid = scores.first_hit >= 0
    values = {f"rank{k}": np.where(valid, scores.first_hit < k, np.nan) for k in (1, 5, 10)}
    values |= {"mean_ap": scores.average_precision, "mean_inp": scores.inverse_negative_penalty}
    mean = partial(bootstrap_mean, groups=query_identities, samples=samples, seed=seed)
    return RetrievalScores(
        **{name: mean(100.0 * found) for name, found in values.items()},
        queries=int(valid.sum()),
        skipped_queries=int((~valid).sum()),
    )
