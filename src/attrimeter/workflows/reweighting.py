"""Whether an interpreter's explanations improve the ranking of a gallery of unseen persons."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from attrimeter.fitting.map_cache import MapCache
from attrimeter.interpreter import ImageReading, Interpreter
from attrimeter.interpreter.same_person import SamePersonModel, cosine_distances
from attrimeter.metrics import bootstrap_mean, concatenate_query_scores, score_queries, summarise_retrieval
from attrimeter.metrics.calibration import CalibrationTally
from attrimeter.metrics.reciprocal_ranking import rerank_k_reciprocal
from attrimeter.metrics.retrieval import QueryScores
from attrimeter.targets import Target
from attrimeter.values import PersonDataset
from attrimeter.values.reweighting import RankingScores, Reweighting
from attrimeter.workflows.caching import default_cache
from attrimeter.workflows.evaluating import GALLERY_BLOCK, PART_BYTES, CachedSide, read_cached
from attrimeter.workflows.rankings import COSINE, SAME_PERSON, PairBlock, rank_block

Array = np.ndarray[Any, np.dtype[Any]]
Progress = Callable[[int, int], None]

QUERY_BLOCK = 64
RECIPROCAL = "k-reciprocal"
BOTH = "k-reciprocal and same-person model"
LAMBDA = 0.3
"""What P(another person) counts beside a re-ranked distance: as much as the old distance does in it."""

MOST_RERANKED = 25_000
"""Images of queries and gallery together beyond which k-reciprocal re-ranking would not fit into memory."""


def evaluate_reweighting(
    interpreter: Interpreter,
    target: Target,
    data: PersonDataset,
    model: SamePersonModel,
    *,
    cache: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Reweighting:
    """Rank the gallery of ``data`` by the target alone, and with the interpreter's help.

    Blocks of queries stream past the gallery; nothing of size queries x gallery x attributes is held.

    Args:
        target: the interpreter's.
        model: calibrated on other persons.
        progress: called with (queries done, queries in all).
    """
    store = MapCache(cache if cache is not None else default_cache(), target)
    sides = []
    for images in (data.query, data.gallery):
        maps = store.fill(images.paths)
        sides.append(CachedSide(images.take(maps.kept), maps))
    queries, gallery = sides
    strengths = dict(model.facts.get("strengths", {}))
    scored: dict[str, list[QueryScores]] = {}
    tally, unseen = CalibrationTally(even_odds=True), 0.0
    ranks = np.zeros((2, len(queries), len(gallery)), dtype=np.float32)
    held = max(QUERY_BLOCK, PART_BYTES // (8 * (len(interpreter.schema) + 1) * target.embedding_size))
    for start in range(0, len(queries), held):
        rows = np.arange(start, min(start + held, len(queries)))
        distances = _rank_rows(interpreter, model, strengths, queries, gallery, rows)
        for name, found in distances.items():
            scored.setdefault(name, []).append(_score(found, queries, gallery, rows))
        ranks[:, rows] = distances[COSINE], distances[SAME_PERSON]
        unseen += _tally(tally, model, -distances[SAME_PERSON], queries, gallery, rows)
        if progress is not None:
            progress(int(rows[-1]) + 1, len(queries))
    everything = np.arange(len(queries))
    for name, found in _reciprocal(model, queries, gallery, *ranks).items():
        scored[name] = [_score(found, queries, gallery, everything)]
    scores = tally.scores()
    return Reweighting(
        base=COSINE,
        rankings=_compare(scored, queries.images.identities),
        strengths=strengths,
        calibration_error=scores.expected_calibration_error,
        brier=scores.brier_score,
        unseen=unseen / max(ranks[0].size, 1),
        calibrated_on=str(model.facts.get("data", "")),
    )


def _rank_rows(
    interpreter: Interpreter,
    model: SamePersonModel,
    strengths: dict[str, float],
    queries: CachedSide,
    gallery: CachedSide,
    rows: Array,
) -> dict[str, Array]:
    """Every ranking's distances of some queries from the whole gallery; the ledgers in small blocks only."""
    blocks = [rows[start : start + QUERY_BLOCK] for start in range(0, len(rows), QUERY_BLOCK)]
    read = [_without_maps(read_cached(interpreter, queries, block)) for block in blocks]
    ranked: dict[str, Array] = {}
    for start in range(0, len(gallery), GALLERY_BLOCK):
        others = np.arange(start, min(start + GALLERY_BLOCK, len(gallery)))
        candidates = _without_maps(read_cached(interpreter, gallery, others))
        side = model.read(gallery.maps.embeddings[others])
        for block, own in zip(blocks, read, strict=True):
            components = interpreter.compare_all(own, candidates).cpu()
            pairs = PairBlock(model.read(queries.maps.embeddings[block]), side, components)
            for name, found in rank_block(pairs, model, strengths).items():
                table = ranked.setdefault(name, np.empty((len(rows), len(gallery)), dtype=np.float32))
                table[block[0] - rows[0] : block[-1] - rows[0] + 1, others] = found.numpy()
    return ranked


def _without_maps(reading: ImageReading) -> ImageReading:
    return reading.take(torch.arange(len(reading), device=reading.parts.device))


def _score(distances: Array, queries: CachedSide, gallery: CachedSide, rows: Array) -> QueryScores:
    return score_queries(
        distances,
        query_identities=queries.images.identities[rows],
        query_cameras=queries.images.cameras[rows],
        gallery_identities=gallery.images.identities,
        gallery_cameras=gallery.images.cameras,
    )


def _tally(
    tally: CalibrationTally,
    model: SamePersonModel,
    scores: Array,
    queries: CachedSide,
    gallery: CachedSide,
    rows: Array,
) -> float:
    """Add the pairs that the protocol counts; how many of all are unlike what calibration has seen."""
    values = torch.from_numpy(scores)
    own, others = queries.images.identities[rows], gallery.images.identities
    same = own[:, None] == others[None]
    counted = ~(same & (queries.images.cameras[rows][:, None] == gallery.images.cameras[None]))
    counted &= others[None] >= 0
    whose = np.broadcast_to(own[:, None], same.shape)
    tally.add(model.probability(values).numpy()[counted], same[counted], whose[counted])
    return float((~model.has_seen(values)).sum())


def _reciprocal(
    model: SamePersonModel, queries: CachedSide, gallery: CachedSide, distances: Array, opposed: Array
) -> dict[str, Array]:
    """k-reciprocal re-ranking of the cosine distance, alone and with P(another person); {} if too large."""
    if len(queries) + len(gallery) > MOST_RERANKED:
        return {}
    first, second = queries.maps.embeddings, gallery.maps.embeddings
    within = [cosine_distances(side, side).clamp(min=0).sqrt().numpy() for side in (first, second)]
    reranked = rerank_k_reciprocal(within[0], np.sqrt(distances.clip(min=0)), within[1])
    another = 1 - model.probability(torch.from_numpy(-opposed)).numpy()
    return {RECIPROCAL: reranked, BOTH: reranked + LAMBDA * another}


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
