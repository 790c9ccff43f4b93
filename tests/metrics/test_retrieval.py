from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from attrimeter.metrics import (
    QueryScores,
    bootstrap_mean,
    concatenate_query_scores,
    score_queries,
    summarise_retrieval,
)


def plain_scores(
    row: list[float], identity: int, camera: int, gallery: list[tuple[int, int]]
) -> tuple[int, float, float, float]:
    """One query in plain Python: first hit, AP, trapezoid AP, INP."""
    ranking = sorted(range(len(row)), key=lambda column: (row[column], column))
    kept = [column for column in ranking if gallery[column] != (identity, camera)]
    is_hit = [identity != 0 and gallery[column][0] == identity for column in kept]
    positives = sum(is_hit)
    if positives == 0:
        return -1, math.nan, math.nan, math.nan
    precisions = [sum(is_hit[: r + 1]) / (r + 1) for r in range(len(kept))]
    trapezoid, recall_before, precision_before = 0.0, 0.0, 1.0
    for rank, precision in enumerate(precisions):
        recall = sum(is_hit[: rank + 1]) / positives
        trapezoid += (recall - recall_before) * (precision + precision_before) / 2
        recall_before, precision_before = recall, precision
    hits = [rank for rank, hit in enumerate(is_hit) if hit]
    average = sum(precisions[rank] for rank in hits) / positives
    return hits[0], average, trapezoid, positives / (hits[-1] + 1)


def random_case(seed: int, *, queries: int = 25, gallery: int = 60) -> dict[str, Any]:
    """Distances of few values (many ties), distractors, and identities without any positive."""
    rng = np.random.default_rng(seed)
    return {
        "distances": rng.integers(0, 12, (queries, gallery)) / 7,
        "query_identities": rng.integers(0, 12, queries),
        "query_cameras": rng.integers(0, 3, queries),
        "gallery_identities": rng.integers(0, 9, gallery),
        "gallery_cameras": rng.integers(0, 3, gallery),
    }


@pytest.mark.parametrize("seed", range(8))
def test_against_plain_python(seed: int) -> None:
    case = random_case(seed)
    gallery = list(zip(case["gallery_identities"].tolist(), case["gallery_cameras"].tolist(), strict=True))
    expected = np.array(
        [
            plain_scores(row.tolist(), identity, camera, gallery)
            for row, identity, camera in zip(
                case["distances"], case["query_identities"], case["query_cameras"], strict=True
            )
        ]
    )
    assert np.isnan(expected[:, 1]).any() and not np.isnan(expected[:, 1]).all()
    scores, trapezoid = score_queries(**case), score_queries(**case, ap="trapezoid")
    np.testing.assert_array_equal(scores.first_hit, expected[:, 0])
    np.testing.assert_allclose(scores.average_precision, expected[:, 1])
    np.testing.assert_allclose(trapezoid.average_precision, expected[:, 2])
    np.testing.assert_allclose(scores.inverse_negative_penalty, expected[:, 3])
    np.testing.assert_array_equal(trapezoid.first_hit, expected[:, 0])


def test_by_hand() -> None:
    """Ranking: own camera (dropped), wrong, right, wrong, right: precisions 1/2 and 2/4."""
    scores = score_queries(
        np.array([[0.1, 0.2, 0.3, 0.4, 0.5]]),
        query_identities=np.array([3]),
        query_cameras=np.array([1]),
        gallery_identities=np.array([3, 4, 3, 0, 3]),
        gallery_cameras=np.array([1, 1, 2, 2, 5]),
    )
    assert scores.first_hit.tolist() == [1]
    assert scores.average_precision.tolist() == [0.5]
    assert scores.inverse_negative_penalty.tolist() == [0.5]


def test_distractors_are_no_positives_of_a_distractor() -> None:
    scores = score_queries(
        np.array([[0.1]]),
        query_identities=np.array([0]),
        query_cameras=np.array([1]),
        gallery_identities=np.array([0]),
        gallery_cameras=np.array([2]),
    )
    assert scores.first_hit.tolist() == [-1]


def test_block_by_block_is_the_same() -> None:
    case = random_case(3)
    whole = score_queries(**case)
    blocks = [
        score_queries(
            case["distances"][rows],
            query_identities=case["query_identities"][rows],
            query_cameras=case["query_cameras"][rows],
            gallery_identities=case["gallery_identities"],
            gallery_cameras=case["gallery_cameras"],
        )
        for rows in (slice(0, 10), slice(10, 11), slice(11, 25))
    ]
    together = concatenate_query_scores(blocks)
    np.testing.assert_array_equal(together.first_hit, whole.first_hit)
    np.testing.assert_array_equal(together.average_precision, whole.average_precision)
    np.testing.assert_array_equal(together.inverse_negative_penalty, whole.inverse_negative_penalty)


def test_empty_gallery_and_no_queries() -> None:
    none = np.zeros(0, dtype=int)
    one = np.ones(1, dtype=int)
    cameras = {"query_cameras": one, "gallery_cameras": none}
    empty = score_queries(np.zeros((1, 0)), query_identities=one, gallery_identities=none, **cameras)
    assert empty.first_hit.tolist() == [-1] and math.isnan(empty.average_precision[0])
    cameras = {"query_cameras": none, "gallery_cameras": one}
    nobody = score_queries(np.zeros((0, 1)), query_identities=none, gallery_identities=one, **cameras)
    assert len(nobody.first_hit) == 0


def test_summary_in_percent() -> None:
    scores = QueryScores(
        first_hit=np.array([0, 4, 5, -1, 9]),
        average_precision=np.array([1.0, 0.5, 0.25, np.nan, 0.25]),
        inverse_negative_penalty=np.array([1.0, 0.1, 0.1, np.nan, 0.2]),
    )
    identities = np.array([1, 1, 2, 3, 4])
    summary = summarise_retrieval(scores, identities, samples=200, seed=2)
    assert (summary.queries, summary.skipped_queries) == (4, 1)
    assert (summary.rank1.value, summary.rank5.value, summary.rank10.value) == (25.0, 50.0, 100.0)
    assert summary.mean_ap.value == pytest.approx(50.0)
    assert summary.mean_inp.value == pytest.approx(35.0)
    expected = bootstrap_mean(
        np.array([100.0, 50.0, 25.0, 25.0]), np.array([1, 1, 2, 4]), samples=200, seed=2
    )
    assert summary.mean_ap == expected
    assert summary.rank1.low < 25 < summary.rank1.high


def test_summary_without_a_valid_query_is_nan() -> None:
    summary = summarise_retrieval(
        QueryScores(np.array([-1]), np.array([np.nan]), np.array([np.nan])), np.array([1])
    )
    assert math.isnan(summary.rank1.value) and summary.skipped_queries == 1
