"""An audit in sentences, the same for the terminal, the page and the figure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from attrimeter.figures.text.numerals import format_number, score_words
from attrimeter.figures.text.words import count_words, cut
from attrimeter.values.audit import FACT, FAULT, NOTICE, Audit, CameraBias, ErrorCluster
from attrimeter.values.evaluation import Score

LEVEL_WORDS = {FAULT: "Fault", NOTICE: "Notice", FACT: "Fact"}
"""How a reader is told the level of a finding."""

LEVEL_MEANINGS = {
    FAULT: "the model should not be trusted like this",
    NOTICE: "worth a look",
    FACT: "good to know",
}

LABEL_CAUTION = (
    "Read this with care. Labels like these are mostly given by eye from pictures: they say what somebody "
    "saw, not how the persons would describe themselves. A group may hold few persons, and then its "
    "numbers mean little. A difference may come from the pictures (camera, light, size, what hides the "
    "person) or from the clothes that a group happens to wear, and need not come from the model. It shows "
    "where to look; it does not prove that the model treats people unfairly, nor does its absence prove "
    "that it is fair."
)

OTHER_MEANING = (
    "“other” is the part of the distance that no attribute carries: background, light, pose, and whatever "
    "the list of attributes leaves out. If it is large, or larger between two cameras than within one, "
    "the model may be looking at the place instead of the person."
)

HOW_MADE = (
    "Every distance between two pictures is split into contributions of attribute groups and “other”, which "
    "sum to it. A share is the sum of a group's contributions over the sum of the distances, so that far "
    "pairs weigh more than near ones.",
    "The intervals are 95 %, from drawing the persons again and again (bootstrap over identities); those of "
    "the differences between annotated groups are wider, so that all of them hold at once.",
    "The shares are what the interpreter says of the model. How true that is can be measured on rendered "
    "persons, where every attribute can be changed alone; on real pictures it can be worse.",
)


def size_sentence(audit: Audit) -> str:
    """The sizes of the data set in a sentence."""
    sizes = (
        count_words(audit.persons, "person"),
        count_words(audit.queries, "query"),
        f"a gallery of {count_words(audit.gallery, 'picture')}",
        f"{count_words(audit.pairs, 'pair')} of different persons read",
    )
    return f"{cut(audit.data)}: {', '.join(sizes)}"


def retrieval_sentence(audit: Audit) -> str:
    """Rank-1 and mAP of the target in a sentence."""
    scores = audit.retrieval
    skipped = f"; {scores.skipped_queries:,} without a match left out" if scores.skipped_queries else ""
    return (
        f"Retrieval by its own distance: rank-1 {score_words(scores.rank1)}, mAP "
        f"{score_words(scores.mean_ap)}, over {count_words(scores.queries, 'query')}{skipped}."
    )


def camera_sentences(bias: CameraBias | None) -> tuple[str, ...]:
    """Whether the camera gives persons away, in sentences."""
    if bias is None:
        return ("All pictures are of one camera: whether cameras give persons away cannot be said.",)
    if not math.isfinite(bias.excess.value):
        return ("Whether cameras give persons away could not be measured.",)
    first = (
        "Somebody else in the query's own camera is nearer than the person in another camera in "
        f"{score_words(bias.nearer_same)} of the comparisons, somebody else in another camera in "
        f"{score_words(bias.nearer_other)}: an excess of "
        f"{score_words(bias.excess, unit=' points', signed=True)}. {_camera_verdict(bias.excess)}"
    ).rstrip()
    if not math.isfinite(bias.other_share):
        return (first,)
    return (
        first,
        "Of the difference between the mean distances of different persons in two cameras and in "
        f"one, “other” carries {format_number(bias.other_share, decimals=1)} %.",
    )


def wrong_sentence(audit: Audit) -> str:
    """How many queries find somebody else first."""
    asked = audit.retrieval.queries
    if not asked:
        return "No query has a match to find."
    if not audit.wrong:
        return f"None of {count_words(asked, 'query')} finds somebody else in first place."
    share = format_number(100 * audit.wrong / asked, decimals=1)
    verb = "finds" if audit.wrong == 1 else "find"
    return (
        f"{audit.wrong:,} of {count_words(asked, 'query')} ({share} %) {verb} somebody else in first place."
    )


def cluster_title(cluster: ErrorCluster, wrong: int) -> str:
    """How many and what they share ("62 of 140 wrong rank-1 matches: same hat, backpack missed")."""
    matches = f"{cluster.count:,} of {wrong:,} wrong rank-1 match{'' if wrong == 1 else 'es'}"
    if not cluster.words:
        return f"{matches}: nothing in common"
    return f"{matches}: {', '.join(cut(words) for words in cluster.words)}"


def expected_words(expected: float) -> str:
    """What chance would give ("31 expected by chance"); empty where it is not known."""
    if not math.isfinite(expected):
        return ""
    return f"{format_number(expected, decimals=0 if expected >= 10 else 1)} expected by chance"


def known_expected(words: Sequence[str], expected: float) -> float:
    """What chance would give; NaN for the rest, which shares nothing that chance could give."""
    return expected if words else math.nan


def has_labels(audit: Audit) -> bool:
    """Whether anything is known of where the labels differ."""
    return any(math.isfinite(group.share_differs.value) for group in audit.groups)


def _camera_verdict(excess: Score) -> str:
    if excess.low > 0:
        return "The camera, or what stands behind the person, draws pictures together."
    if excess.high < 0:
        return "If anything, pictures of one camera are pushed apart."
    if math.isfinite(excess.low) and math.isfinite(excess.high):
        return "No more than chance."
    return ""


def headline(audit: Audit) -> str:
    """The gravest finding in a line."""
    first = audit.findings[0]
    return f"{LEVEL_WORDS.get(first.level, first.level)}: {cut(first.title, 90)}"
