from __future__ import annotations

import math
from dataclasses import replace

from attrimeter.figures.audit.words import (
    camera_sentences,
    cluster_title,
    expected_words,
    has_labels,
    headline,
    retrieval_sentence,
    size_sentence,
    wrong_sentence,
)
from attrimeter.values.audit import CameraBias
from figures.audit_examples import (
    UNKNOWN,
    around,
    example_audit,
    example_cluster,
    faultless_audit,
    unknown_audit,
    unlabelled_audit,
)


def test_sizes_and_retrieval_are_those_of_the_audit() -> None:
    audit = example_audit()
    assert size_sentence(audit) == (
        "rendered test split: 150 persons, 590 queries, a gallery of 2,070 pictures, 41,230 pairs of "
        "different persons read"
    )
    assert retrieval_sentence(audit) == (
        "Retrieval by its own distance: rank-1 76.0 % (73.9 to 78.1), mAP 58.3 % (56.4 to 60.2), over 583 "
        "queries; 7 without a match left out."
    )
    assert headline(audit) == "Fault: The backpack decides"


def test_the_camera_bias_is_said_with_its_verdict() -> None:
    bias = example_audit().camera_bias
    assert bias is not None
    first, second = camera_sentences(bias)
    for words in (
        "14.7 % (13.2 to 16.2)",
        "9.3 % (7.8 to 10.8)",
        "+5.4 points (4.2 to 6.6)",
        "draws pictures",
    ):
        assert words in first
    assert "“other” carries 71.6 %" in second
    (only,) = camera_sentences(replace(bias, excess=around(0.5), other_share=math.nan))
    assert only.endswith("No more than chance.")
    assert "pushed apart" in camera_sentences(replace(bias, excess=around(-3.0)))[0]
    assert "cannot be said" in camera_sentences(None)[0]
    unknown = CameraBias(UNKNOWN, UNKNOWN, UNKNOWN, math.nan)
    assert camera_sentences(unknown) == ("Whether cameras give persons away could not be measured.",)


def test_wrong_matches_are_counted_against_the_queries_that_were_asked() -> None:
    audit = example_audit()
    assert wrong_sentence(audit) == (
        f"140 of 583 queries ({100 * 140 / 583:.1f} %) find somebody else in first place."
    )
    assert "1 of 583 queries (0.2 %) finds" in wrong_sentence(replace(audit, wrong=1))
    assert wrong_sentence(faultless_audit()) == "None of 583 queries finds somebody else in first place."
    assert wrong_sentence(unknown_audit()) == "No query has a match to find."


def test_a_cluster_is_named_by_what_it_shares() -> None:
    cluster = example_cluster(("same upper colour", "backpack missed"), 62, 31.4, "a")
    assert cluster_title(cluster, 140) == "62 of 140 wrong rank-1 matches: same upper colour, backpack missed"
    assert (
        cluster_title(replace(cluster, words=(), count=1), 1)
        == "1 of 1 wrong rank-1 match: nothing in common"
    )
    assert [expected_words(value) for value in (31.4, 4.26, math.nan)] == [
        "31 expected by chance",
        "4.3 expected by chance",
        "",
    ]


def test_labels_are_recognised() -> None:
    assert has_labels(example_audit()) and not has_labels(unlabelled_audit())
