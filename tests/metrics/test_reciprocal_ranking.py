from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from attrimeter.errors import SettingsError
from attrimeter.metrics.reciprocal_ranking import BLOCK, rerank_k_reciprocal

Array = np.ndarray[Any, np.dtype[Any]]


def split(distances: Array, queries: int) -> tuple[Array, Array, Array]:
    """The three tables of the distances between all images, queries first."""
    rows = distances.astype(np.float32)
    return rows[:queries, :queries], rows[:queries, queries:], rows[queries:, queries:]


def distances_between(points: Array) -> Array:
    """Euclidean, by differences, so that copies are exactly 0 apart."""
    distances: Array = np.sqrt(np.square(points[:, None] - points[None]).sum(axis=2))
    return distances


def clustered(images: int, *, seed: int, spread: float = 0.7, clusters: int = 9) -> Array:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(clusters, 6))[rng.integers(0, clusters, images)]
    return distances_between(centres + spread * rng.normal(size=(images, 6)))


def plain_rerank(distances: Array, queries: int, *, k1: int, k2: int, lambda_value: float) -> Array:
    """The paper's equations one image at a time, with sets and dictionaries."""
    table = distances.astype(np.float32).tolist()
    everyone = range(len(table))

    def nearest(image: int, k: int) -> list[int]:
        others = sorted((other for other in everyone if other != image), key=lambda o: (table[image][o], o))
        return [image, *others][:k]

    def reciprocal(image: int, k: int) -> set[int]:
        return {other for other in nearest(image, k + 1) if image in nearest(other, k + 1)}

    def scaled(image: int, other: int) -> float:
        return float(table[image][other] ** 2 / (max(table[image]) ** 2 or 1))

    codes: list[dict[int, float]] = []
    for image in everyone:
        core = reciprocal(image, k1)
        expanded = set(core)
        for neighbour in core:
            theirs = reciprocal(neighbour, round(k1 / 2))
            if len(theirs & core) * 3 > len(theirs) * 2:
                expanded |= theirs
        weights = {other: math.exp(-scaled(image, other)) for other in expanded}
        codes.append({other: weight / sum(weights.values()) for other, weight in weights.items()})
    averaged = []
    for image in everyone:
        close = nearest(image, k2)
        averaged.append([sum(codes[other].get(j, 0) for other in close) / len(close) for j in everyone])
    result = np.zeros((queries, len(table) - queries))
    for q in range(queries):
        for g in range(queries, len(table)):
            pairs = list(zip(averaged[q], averaged[g], strict=True))
            jaccard = 1 - sum(min(pair) for pair in pairs) / sum(max(pair) for pair in pairs)
            result[q, g - queries] = (1 - lambda_value) * jaccard + lambda_value * scaled(q, g)
    return result


@pytest.mark.parametrize(
    ("queries", "images", "k1", "k2", "lambda_value"),
    [
        (12, 60, 20, 6, 0.3),
        (20, 45, 7, 3, 0.3),  # half of 7 is rounded to 4
        (20, 45, 5, 1, 0.0),  # half of 5 is rounded to 2
        (1, 40, 6, 2, 0.5),
        (39, 40, 6, 2, 0.5),
        (10, 40, 1, 4, 0.3),  # more are averaged than looked at
        (6, 30, 200, 6, 0.3),  # everyone is everyone's neighbour
        (6, 30, 5, 200, 0.3),
        (1, 2, 20, 6, 0.3),
    ],
)
def test_against_plain_sets(queries: int, images: int, k1: int, k2: int, lambda_value: float) -> None:
    distances = clustered(images, seed=images + k1)
    settings = {"k1": k1, "k2": k2, "lambda_value": lambda_value}
    reranked = rerank_k_reciprocal(*split(distances, queries), **settings)  # type: ignore[arg-type]
    assert reranked.dtype == np.float32
    np.testing.assert_allclose(reranked, plain_rerank(distances, queries, **settings), atol=2e-6)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(5))
def test_equal_distances_keep_the_order_of_the_images(seed: int) -> None:
    """Distances of few values, only an image's own is 0: most neighbours are chosen among equals."""
    values = np.random.default_rng(seed).integers(1, 5, (40, 40)).astype(np.float64)
    distances = np.triu(values, 1) + np.triu(values, 1).T
    expected = plain_rerank(distances, 8, k1=6, k2=3, lambda_value=0.3)
    reranked = rerank_k_reciprocal(*split(distances, 8), k1=6, k2=3)
    np.testing.assert_allclose(reranked, expected, atol=2e-6)


def test_copies_of_an_image() -> None:
    """More copies than neighbours: each still counts itself first, and equal rows are not confused."""
    rng = np.random.default_rng(4)
    distances = distances_between(rng.normal(size=(7, 4))[rng.integers(0, 7, 50)])
    expected = plain_rerank(distances, 10, k1=4, k2=3, lambda_value=0.3)
    reranked = rerank_k_reciprocal(*split(distances, 10), k1=4, k2=3)
    np.testing.assert_allclose(reranked, expected, atol=2e-6)


def test_all_images_alike() -> None:
    reranked = rerank_k_reciprocal(*split(np.zeros((9, 9)), 3))
    np.testing.assert_allclose(reranked, 0, atol=1e-6)


def test_more_images_than_one_block() -> None:
    """The same images as queries or as gallery, whatever falls into which block."""
    distances = clustered(BLOCK + 60, seed=1, clusters=30)
    queries = BLOCK + 20
    expected = plain_rerank(distances, 3, k1=5, k2=2, lambda_value=0.3)[:, queries - 3 :]
    reranked = rerank_k_reciprocal(*split(distances, queries), k1=5, k2=2)
    np.testing.assert_allclose(reranked[:3], expected, atol=2e-6)
    few = rerank_k_reciprocal(*split(distances, 3), k1=5, k2=2)
    np.testing.assert_allclose(reranked[:3], few[:, queries - 3 :], atol=1e-6)


def test_lambda_one_keeps_the_ranking() -> None:
    tables = split(clustered(50, seed=2), 10)
    reranked = rerank_k_reciprocal(*tables, lambda_value=1.0)
    np.testing.assert_array_equal(np.argsort(reranked, axis=1), np.argsort(tables[1], axis=1))


def test_the_unit_of_distance_does_not_matter() -> None:
    tables = split(clustered(50, seed=2), 10)
    larger = [64 * table for table in tables]
    np.testing.assert_array_equal(rerank_k_reciprocal(*larger), rerank_k_reciprocal(*tables))


def test_finds_the_cluster_that_distance_misses() -> None:
    """A ring of 24 images around a disc of 24: the far side of the ring is the query's own."""
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    ring = 3 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    disc = np.random.default_rng(0).normal(scale=0.3, size=(24, 2))
    distances = distances_between(np.concatenate([ring, disc]))
    tables = split(distances, 1)
    own = np.arange(47) < 23

    def within_first(values: Array) -> int:
        return int(own[np.argsort(values[0])[:13]].sum())

    assert within_first(rerank_k_reciprocal(*tables, k1=8, k2=4)) > within_first(tables[1])


def test_arguments_are_left_as_they_are() -> None:
    tables = split(clustered(30, seed=3), 5)
    before = [table.copy() for table in tables]
    rerank_k_reciprocal(*tables)
    for table, old in zip(tables, before, strict=True):
        np.testing.assert_array_equal(table, old)


def test_nothing_to_rank() -> None:
    distances = clustered(5, seed=0)
    assert rerank_k_reciprocal(*split(distances, 0)).shape == (0, 5)
    assert rerank_k_reciprocal(*split(distances, 5)).shape == (5, 0)


@pytest.mark.parametrize("settings", [{"k1": 0}, {"k2": 0}, {"lambda_value": 1.2}, {"lambda_value": -0.1}])
def test_settings_outside_their_range(settings: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="must be 1 or more"):
        rerank_k_reciprocal(*split(clustered(5, seed=0), 2), **settings)
