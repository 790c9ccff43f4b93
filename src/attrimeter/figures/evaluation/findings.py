"""What an evaluation says, number by number: the value, what it means, and how far it can be trusted."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from attrimeter.figures.text.numerals import (
    UNKNOWN,
    format_completeness,
    format_interval,
    format_score,
    known_or,
)
from attrimeter.values import AttributeRow, AttributionScores, Evaluation, RetrievalScores, Score

INTERPRETER = "interpreter"
"""The explainer of :attr:`Evaluation.attribution` that the others are compared with."""


@dataclass(frozen=True)
class Finding:
    """One number of an evaluation.

    Attributes:
        title: what is measured.
        value: the number with its unit.
        interval: its 95 % interval, or an empty string.
        meaning: one sentence on what it says.
        trust: one sentence on how far it can be trusted.
    """

    title: str
    value: str
    interval: str
    meaning: str
    trust: str


def list_findings(evaluation: Evaluation) -> tuple[Finding, ...]:
    """The findings of ``evaluation`` in the order a reader needs them; what was not measured is left out."""
    findings: list[Finding] = []
    for metric, scores in evaluation.retrieval.items():
        findings += _retrieval_findings(metric, scores)
        break
    if INTERPRETER in evaluation.attribution:
        findings.append(_attribution_finding(evaluation))
    findings += [_completeness_finding(evaluation), _other_finding(evaluation)]
    if evaluation.gap is not None:
        findings.append(_gap_finding(evaluation.gap))
    reading = _mean([row.reading_accuracy for row in evaluation.rows])
    if not math.isnan(reading):
        findings.append(_reading_finding(reading))
    return tuple(findings)


def order_attributes(rows: Iterable[AttributeRow]) -> list[AttributeRow]:
    """The attributes whose share is larger where their labels differ first; what is not known last."""
    return sorted(rows, key=lambda row: (known_or(row.share_common - row.share_differs, math.inf), row.name))


def compare_explainers(evaluation: Evaluation) -> str:
    """One sentence: does the interpreter order the attributes better than what never sees the distance?"""
    own = evaluation.attribution[INTERPRETER].mean_ap_exclusive
    rivals = {k: v.mean_ap_exclusive for k, v in evaluation.attribution.items() if k != INTERPRETER}
    rivals = {name: score for name, score in rivals.items() if math.isfinite(score.value)}
    if not rivals or not math.isfinite(own.value):
        return "There is nothing to compare it with."
    name, best = max(rivals.items(), key=lambda item: item[1].value)
    if own.low > best.high:
        return (
            f"Clearly above the best baseline ({name}, {format_score(best)}): the intervals do not overlap."
        )
    if own.value > best.value:
        return (
            f"Above the best baseline ({name}, {format_score(best)}), but the intervals overlap: not proven."
        )
    return f"Not above {name} ({format_score(best)}), which never sees the distance of the pair."


def _retrieval_findings(metric: str, scores: RetrievalScores) -> list[Finding]:
    counted = f"{scores.queries:,} queries, {metric} distance; the interval is over identities."
    hits = UNKNOWN if math.isnan(scores.rank1.value) else f"{scores.rank1.value:.0f}"
    return [
        _finding(
            "Target: rank-1",
            scores.rank1,
            f"Of 100 queries, {hits} find an image of the right person in first place.",
            counted,
        ),
        _finding(
            "Target: mean average precision",
            scores.mean_ap,
            "How far up the list all images of the right person stand; 100 is a perfect list.",
            "It belongs to the frozen target: explaining does not change it.",
        ),
    ]


def _attribution_finding(evaluation: Evaluation) -> Finding:
    scores: AttributionScores = evaluation.attribution[INTERPRETER]
    return _finding(
        "Interpreter: Ex_mAP_d",
        scores.mean_ap_exclusive,
        "How well the attributes with the largest parts are those whose labels differ; 100 is perfect.",
        f"{compare_explainers(evaluation)} It measures plausibility, not truth.",
    )


def _completeness_finding(evaluation: Evaluation) -> Finding:
    return Finding(
        "Completeness",
        format_completeness(evaluation.completeness),
        "",
        "The largest miss of any sum of contributions, relative to the distance: nothing is lost.",
        "A guarantee, not evidence: any split adds up, so it does not show that the parts are right.",
    )


def _other_finding(evaluation: Evaluation) -> Finding:
    value = evaluation.mean_other_share
    return Finding(
        "Share of “other”",
        f"{value:.1f} %" if math.isfinite(value) else UNKNOWN,
        "",
        "The mean part of a different-person distance that no named attribute carries.",
        "The larger it is, the less the named attributes say about the target.",
    )


def _gap_finding(gap: Score) -> Finding:
    return _finding(
        "Distillation gap",
        gap,
        "How far the mean of the distilled components misses the distance, on average.",
        "What is missed is booked under “other”; a small gap does not show that the parts are right.",
    )


def _reading_finding(accuracy: float) -> Finding:
    return Finding(
        "States read right",
        f"{accuracy:.1f} %",
        "",
        "Mean balanced accuracy of the attribute states read in single images; 50 is a guess.",
        "It differs between attributes: check the one that you rely on.",
    )


def _finding(title: str, score: Score, meaning: str, trust: str) -> Finding:
    interval = format_interval(score)
    return Finding(title, f"{format_score(score)} %", "" if interval == UNKNOWN else interval, meaning, trust)


def _mean(values: list[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return sum(known) / len(known) if known else math.nan
