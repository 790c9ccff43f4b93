"""Whether an interpreter's explanations improve the ranking of a gallery of unseen persons."""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import torch

from attrimeter.arrays import Array
from attrimeter.caching.cached_sides import CachedSide, cache_sides, read_styles
from attrimeter.caching.folders import cache_folder
from attrimeter.caching.map_cache import MapCache, target_of
from attrimeter.evaluating.rankings import COSINE, SAME_PERSON
from attrimeter.evaluating.reranking import held_rows, rank_rows, rerank
from attrimeter.interpreter import Interpreter
from attrimeter.interpreter.same_person import SamePersonModel
from attrimeter.metrics import bootstrap_mean, concatenate_query_scores, score_queries, summarise_retrieval
from attrimeter.metrics.calibration_tally import CalibrationTally
from attrimeter.metrics.retrieval import QueryScores
from attrimeter.values import PersonDataset, Score
from attrimeter.values.evaluation import RankingScores, ReliabilityBin, Reweighting

Progress = Callable[[int, int], None]


def evaluate_reweighting(
    interpreter: Interpreter,
    data: PersonDataset,
    model: SamePersonModel,
    *,
    cache: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Reweighting:
    """Rank the gallery of ``data`` by the target alone, and with the interpreter's help.

    Blocks of queries stream past the gallery; nothing of size queries x gallery x attributes is held.

    Args:
        model: calibrated on other persons.
        progress: called with (queries done, queries in all).
    """
    store = MapCache(cache_folder(cache), target_of(interpreter))
    queries, gallery = cache_sides(store, data.query, data.gallery)
    strengths = dict(model.facts.get("strengths", {}))
    scored: dict[str, list[QueryScores]] = {}
    tally = CalibrationTally(even_odds=True)
    ranks = np.zeros((2, len(queries), len(gallery)), dtype=np.float32)
    for rows in held_rows(interpreter, queries):
        distances = rank_rows(interpreter, model, queries, gallery, rows, strengths=strengths)
        for name, found in distances.items():
            scored.setdefault(name, []).append(_score(found, queries, gallery, rows))
        ranks[:, rows] = distances[COSINE], distances[SAME_PERSON]
        _tally(tally, model, -distances[SAME_PERSON], queries, gallery, rows)
        if progress is not None:
            progress(int(rows[-1]) + 1, len(queries))
    everything = np.arange(len(queries))
    for name, found in rerank(interpreter, model, queries, gallery, *ranks).items():
        scored[name] = [_score(found, queries, gallery, everything)]
    scores = tally.scores()
    return Reweighting(
        base=COSINE,
        rankings=_compare(scored, queries.images.identities),
        strengths=strengths,
        calibration_error=scores.expected_calibration_error,
        brier=scores.brier_score,
        reliability=_reliability(tally),
        pairs=scores.pairs,
        unseen=_share_unseen(model, -ranks[1], queries, gallery),
        calibrated_on=str(model.facts.get("data", "")),
    )


def _score(distances: Array, queries: CachedSide, gallery: CachedSide, rows: Array) -> QueryScores:
    return score_queries(
        distances,
        query_identities=queries.images.identities[rows],
        query_cameras=queries.images.views[rows],
        gallery_identities=gallery.images.identities,
        gallery_cameras=gallery.images.views,
    )


def _tally(
    tally: CalibrationTally,
    model: SamePersonModel,
    scores: Array,
    queries: CachedSide,
    gallery: CachedSide,
    rows: Array,
) -> None:
    """Add the pairs that the protocol counts."""
    own, others = queries.images.identities[rows], gallery.images.identities
    same = own[:, None] == others[None]
    counted = ~(same & (queries.images.views[rows][:, None] == gallery.images.views[None]))
    counted &= others[None] >= 0
    whose = np.broadcast_to(own[:, None], same.shape)
    tally.add(model.probability(torch.from_numpy(scores)).numpy()[counted], same[counted], whose[counted])


def _share_unseen(model: SamePersonModel, scores: Array, queries: CachedSide, gallery: CachedSide) -> float:
    """The share of all pairs that are out of distribution for calibration."""
    first, second = (model.familiarity.knows(read_styles(side)) for side in (queries, gallery))
    seen = model.has_seen(torch.from_numpy(scores), first, second)
    return float((~seen).sum()) / max(seen.numel(), 1)


def _reliability(tally: CalibrationTally) -> tuple[ReliabilityBin, ...]:
    """The diagram of all pairs, bin by bin; weights are shares whatever their sum."""
    found = tally.reliability_bins()
    shares, low, high = found.positive_share, found.low, found.high
    weights = found.weight / found.weight.sum()
    return tuple(
        ReliabilityBin(
            low=float(found.edges[place]),
            high=float(found.edges[place + 1]),
            weight=float(weights[place]),
            predicted=float(found.mean_probability[place]),
            observed=Score(float(shares[place]), float(low[place]), float(high[place])),
        )
        for place in range(tally.bins)
    )


def _compare(scored: dict[str, list[QueryScores]], identities: Array) -> dict[str, RankingScores]:
    joined = {name: concatenate_query_scores(found) for name, found in scored.items()}
    base = joined[COSINE]
    valid = base.first_hit >= 0
    found = {}
    for name, scores in joined.items():
        hits = (scores.first_hit == 0).astype(float) - (base.first_hit == 0)
        found[name] = RankingScores(
            retrieval=summarise_retrieval(scores, identities),
            gain_ap=bootstrap_mean(100 * (scores.average_precision - base.average_precision), identities),
            gain_rank1=bootstrap_mean(np.where(valid, 100 * hits, np.nan), identities),
        )
    return found
