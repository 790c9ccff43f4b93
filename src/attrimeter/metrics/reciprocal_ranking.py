"""Re-ranking by k-reciprocal neighbours (Zhong, Zheng, Cao and Li, "Re-ranking Person Re-identification with
k-reciprocal Encoding", CVPR 2017)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import csr_array

from attrimeter.arrays import Array
from attrimeter.errors import SettingsError

BLOCK = 256
"""How many rows of the distances between all images are held at a time."""


def rerank_k_reciprocal(
    query_query: Float[Array, "queries queries"],
    query_gallery: Float[Array, "queries gallery"],
    gallery_gallery: Float[Array, "gallery gallery"],
    *,
    k1: int = 20,
    k2: int = 6,
    lambda_value: float = 0.3,
) -> Float[Array, "queries gallery"]:
    """Distances that are smaller between images that have the same neighbours.

    Each image, query or gallery, is encoded by the images that count it among their nearest as it counts
    them (equations 3 and 4), weighted by nearness (equation 7) and averaged over its ``k2`` nearest (equation
    11). The new distance is ``1 - lambda_value`` times the Jaccard distance of two such codes (equation 10)
    plus ``lambda_value`` times the old one (equation 12).

    Where the paper is silent, this does as its authors' published code: an image is the first of its own
    neighbours, not counted in ``k1`` but counted in ``k2``; distances are squared and each row is divided by
    its largest; the weights of a code sum to 1. So too where they differ: a neighbour's set is taken in if
    *more* than two thirds of it are known, where equation 4 would allow two thirds. Equal distances keep
    the order of the images, queries first.

    The queries are neighbours of each other, so the result for one depends on all: it cannot be had block by
    block, nor where only one query at a time is known.

    Args:
        query_query, gallery_gallery: symmetric distances within the queries and within the gallery.
        query_gallery: by the same metric, any; finite and not negative. (Squared Euclidean and cosine
            distances are squared again: hand over their roots if that is not meant.)
        k1: how many neighbours are looked at; all if there are fewer.
        k2: over how many neighbours codes are averaged; 1 for none, all if there are fewer.
        lambda_value: weight of the old distance, in [0, 1].

    Returns:
        Distances in [0, 1], float32; nothing where there are no queries or no gallery. Beside arguments and
        result it takes 5 to 7 kB for each image: 13 MB for 600 x 2100.

    Raises:
        SettingsError: a setting outside its range.
    """
    if k1 < 1 or k2 < 1 or not 0 <= lambda_value <= 1:
        raise SettingsError(
            f"k-reciprocal re-ranking was given k1 = {k1}, k2 = {k2} and lambda = {lambda_value}; "
            "k1 and k2 must be 1 or more, and lambda between 0 and 1."
        )
    if query_gallery.size == 0:
        return np.zeros(query_gallery.shape, dtype=np.float32)
    distances = query_query, query_gallery, gallery_gallery
    nearest, largest = _find_nearest(distances, count=max(k1 + 1, k2))
    codes = _weigh_neighbours(_expand_neighbours(nearest, k1=k1), distances, largest)
    codes = _mark_neighbours(nearest[:, :k2]) @ codes / min(k2, len(nearest))
    reranked = _jaccard_distances(codes, queries=len(query_gallery))
    reranked *= 1 - lambda_value
    reranked += lambda_value * np.square(query_gallery / largest[: len(query_gallery), None])
    return reranked


def _read_rows(distances: tuple[Array, Array, Array]) -> Iterator[tuple[int, Array]]:
    """The distances between all images, queries first, in blocks of rows with the number of the first."""
    query_query, query_gallery, gallery_gallery = distances
    for start in range(0, len(query_query), BLOCK):
        rows = slice(start, start + BLOCK)
        yield start, np.hstack([query_query[rows], query_gallery[rows]])
    for start in range(0, len(gallery_gallery), BLOCK):
        rows = slice(start, start + BLOCK)
        yield len(query_query) + start, np.hstack([query_gallery[:, rows].T, gallery_gallery[rows]])


def _find_nearest(distances: tuple[Array, Array, Array], *, count: int) -> tuple[Array, Array]:
    """Each image's nearest images, itself first, and its largest distance (1 where all are 0)."""
    nearest, largest = [], []
    for start, rows in _read_rows(distances):
        furthest = rows.max(axis=1)
        largest.append(np.where(furthest > 0, furthest, 1))
        rows[np.arange(len(rows)), start + np.arange(len(rows))] = -1
        nearest.append(np.argsort(rows, axis=1, kind="stable")[:, :count].astype(np.int32))
    return np.concatenate(nearest), np.concatenate(largest)


def _mark_neighbours(nearest: Int[Array, "images k"]) -> csr_array:
    """Ones where the column's image is among the row's nearest."""
    images, count = nearest.shape
    ones = np.ones(nearest.size, dtype=np.float32)
    return csr_array((ones, nearest.ravel(), np.arange(images + 1) * count), shape=(images, images))


def _find_reciprocal(nearest: Int[Array, "images k"]) -> csr_array:
    """Ones where row and column are among each other's nearest (equation 3)."""
    forward = _mark_neighbours(nearest)
    return forward.multiply(forward.T).tocsr()


def _expand_neighbours(nearest: Int[Array, "images k"], *, k1: int) -> csr_array:
    """Entries where the column belongs to the row's reciprocal neighbours, or to half as many reciprocal
    neighbours of one of them that are for the most part the row's as well (equation 4)."""
    full = _find_reciprocal(nearest[:, : k1 + 1])
    half = _find_reciprocal(nearest[:, : round(k1 / 2) + 1])
    shared = (full @ half).multiply(full).tocsr()  # half is symmetric
    shared.data = (3 * shared.data > 2 * half.sum(axis=1)[shared.indices]).astype(np.float32)
    expanded = full + shared @ half
    expanded.eliminate_zeros()
    return expanded


def _weigh_neighbours(
    neighbours: csr_array, distances: tuple[Array, Array, Array], largest: Float[Array, " images"]
) -> csr_array:
    """Gaussian weights of the neighbours (equation 7) that sum to 1 in each row."""
    for start, rows in _read_rows(distances):
        ends = neighbours.indptr[start : start + len(rows) + 1]
        row = np.repeat(np.arange(len(rows)), np.diff(ends))
        entries = slice(ends[0], ends[-1])
        scaled = rows[row, neighbours.indices[entries]] / largest[start + row]
        weights = np.exp(-np.square(scaled))
        neighbours.data[entries] = weights / np.bincount(row, weights=weights)[row]
    return neighbours


def _jaccard_distances(codes: csr_array, *, queries: int) -> Float[Array, "queries gallery"]:
    """1 - sum of the smaller / sum of the larger weights (equation 10), of codes that each sum to 1."""
    by_neighbour = codes[queries:].tocsc()
    distances = np.empty((queries, by_neighbour.shape[0]), dtype=np.float32)
    for query in range(queries):
        code = slice(codes.indptr[query], codes.indptr[query + 1])
        sharing = by_neighbour[:, codes.indices[code]]
        weights = np.repeat(codes.data[code], np.diff(sharing.indptr))
        smaller = np.bincount(
            sharing.indices, weights=np.minimum(sharing.data, weights), minlength=len(distances[query])
        )
        distances[query] = 1 - smaller / (2 - smaller)
    return distances
