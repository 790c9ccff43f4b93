"""Every way to rank a whole gallery, streamed, and k-reciprocal re-ranking on top of two of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from jaxtyping import Float, Int

from attrimeter.arrays import Array
from attrimeter.caching.cached_sides import GALLERY_BLOCK, PART_BYTES, CachedSide, read_cached
from attrimeter.evaluating.rankings import SAME_PERSON, PairBlock, rank_block
from attrimeter.interpreter import ImageReading, Interpreter
from attrimeter.interpreter.same_person import PersonSide, SamePersonModel, cosine_distances
from attrimeter.metrics.reciprocal_ranking import rerank_k_reciprocal

QUERY_BLOCK = 64
RECIPROCAL = "k-reciprocal"
BOTH = "k-reciprocal on the same-person model"

MOST_RERANKED = 25_000
"""Images of queries and gallery together beyond which k-reciprocal re-ranking would not fit into memory."""

MOST_PAIRS, MOST_PREDICTED = 20_000_000, 1_000_000
"""Pairs of all images beyond which their ledgers would take too long; predicted ones take longer."""


def held_rows(interpreter: Interpreter, queries: CachedSide) -> Iterator[Int[Array, " rows"]]:
    """Numbers of the queries, as many at a time as can be held with their parts."""
    size = 8 * (len(interpreter.schema) + 1) * queries.maps.embeddings.shape[1]
    held = max(QUERY_BLOCK, PART_BYTES // size)
    for start in range(0, len(queries), held):
        yield np.arange(start, min(start + held, len(queries)))


def rank_rows(
    interpreter: Interpreter,
    model: SamePersonModel,
    queries: CachedSide,
    gallery: CachedSide,
    rows: Array,
    *,
    strengths: Mapping[str, float],
) -> dict[str, Array]:
    """Every ranking's distances of some queries (their numbers) from the whole gallery.

    Ledgers are held in small blocks only, never queries x gallery x attributes.
    """
    blocks = [rows[start : start + QUERY_BLOCK] for start in range(0, len(rows), QUERY_BLOCK)]
    read = [read_cached(interpreter, queries, block).without_maps() for block in blocks]
    sides = [_as_side(interpreter, model, queries, *both) for both in zip(blocks, read, strict=True)]
    ranked: dict[str, Array] = {}
    for start in range(0, len(gallery), GALLERY_BLOCK):
        others = np.arange(start, min(start + GALLERY_BLOCK, len(gallery)))
        candidates = read_cached(interpreter, gallery, others).without_maps()
        side = _as_side(interpreter, model, gallery, others, candidates)
        for block, own, held in zip(blocks, read, sides, strict=True):
            components = interpreter.compare_all(own, candidates).cpu()
            for name, found in rank_block(PairBlock(held, side, components), model, strengths).items():
                table = ranked.setdefault(name, np.empty((len(rows), len(gallery)), dtype=np.float32))
                table[block[0] - rows[0] : block[-1] - rows[0] + 1, others] = found.numpy()
    return ranked


def _as_side(
    interpreter: Interpreter, model: SamePersonModel, side: CachedSide, rows: Array, reading: ImageReading
) -> PersonSide:
    """Some images, their numbers and what was read of them, for the same-person model."""
    return model.read(side.maps.embeddings[rows], interpreter.appearance(reading).cpu(), reading.styles.cpu())


def rerank(
    interpreter: Interpreter,
    model: SamePersonModel,
    queries: CachedSide,
    gallery: CachedSide,
    distances: Float[Array, "queries gallery"],
    opposed: Float[Array, "queries gallery"],
) -> dict[str, Float[Array, "queries gallery"]]:
    """k-reciprocal re-ranking of the cosine distance, and of the same-person model.

    Args:
        distances: cosine.
        opposed: scores of the same-person model, negated.

    Returns:
        Name -> distances. The second is left out where the ledgers of all pairs of images would take too
        long, both where there are too many images.
    """
    images = len(queries) + len(gallery)
    if images > MOST_RERANKED:
        return {}
    sides = queries, gallery
    within = [cosine_distances(side.maps.embeddings, side.maps.embeddings).numpy() for side in sides]
    found = {RECIPROCAL: _rerank(within[0], distances, within[1])}
    if images**2 <= (MOST_PREDICTED if interpreter.form.reads_pairs else MOST_PAIRS):
        among = [_oppose_all(interpreter, model, side) for side in sides]
        least = min(table.min() for table in (*among, opposed))
        found[BOTH] = _rerank(*(table - least for table in (among[0], opposed, among[1])))
    return found


def _rerank(first: Array, between: Array, second: Array) -> Array:
    """The encoding squares its distances, so that it is handed their roots."""
    return rerank_k_reciprocal(*(np.sqrt(table.clip(min=0)) for table in (first, between, second)))


def _oppose_all(interpreter: Interpreter, model: SamePersonModel, side: CachedSide) -> Array:
    """Negated scores of every image of a side against every other, the same either way."""
    rows = held_rows(interpreter, side)
    found = [rank_rows(interpreter, model, side, side, block, strengths={})[SAME_PERSON] for block in rows]
    table = np.concatenate(found)
    symmetric: Array = (table + table.T) / 2
    return symmetric
