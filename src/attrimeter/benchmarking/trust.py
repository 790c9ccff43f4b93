"""Making the trust card of an interpreter from its attribution of pairs whose truth was measured."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from jaxtyping import Bool

from attrimeter.explaining.trust_words import agreement_sentences
from attrimeter.metrics.agreement import score_agreement, score_groups
from attrimeter.metrics.intervals import MIN_DIFFERING, fit_group_residuals
from attrimeter.values import AgreementScores, Attribution, GroupScores, MeasuredPairs, Score
from attrimeter.values.trust import GroupTrust, TrustCard, Verdict

MIN_CORRELATION = 0.6
MAX_RELATIVE_ERROR = 0.6
_UNKNOWN = Score(math.nan, math.nan, math.nan)


def make_trust_card(
    pairs: MeasuredPairs,
    attribution: Attribution,
    baseline: Attribution,
    *,
    samples: int = 1000,
    seed: int = 0,
) -> TrustCard:
    """What an interpreter's attribution of measured pairs is worth, and how far it lies from the truth.

    A group is "measured" if over the pairs in which it differs its rank correlation with the truth is at
    least 0.6 and its relative error is below 0.6 and below the baseline's; "weak" otherwise; "not measured"
    if it differs in fewer than 20 pairs. Pairs of the same person are left out.

    Args:
        pairs: of persons that the interpreter was not fitted on.
        attribution: the interpreter's, of these pairs.
        baseline: that of "group average x D^2", of the same pairs.
        samples, seed: of the bootstrap.

    Returns:
        The card; its status is "not measured" with fewer than 20 pairs of different persons.
    """
    different = pairs.kinds != "same"
    count = int(different.sum())
    if count < MIN_DIFFERING:
        words = f"This interpreter was not compared with measured truth: {count} pairs are too few."
        return TrustCard("not measured", count, _UNKNOWN, _UNKNOWN, _UNKNOWN, {}, {}, (words,))
    groups = _judge_groups(
        _score_groups(pairs, attribution, different, samples=samples, seed=seed),
        _score_groups(pairs, baseline, different, samples=samples, seed=seed),
    )
    own, average = (_score_many(pairs, a, samples=samples, seed=seed) for a in (attribution, baseline))
    card = TrustCard(
        status="measured",
        pairs=count,
        interpreter_error=own.relative_error,
        baseline_error=average.relative_error,
        spearman=own.spearman,
        groups=groups,
        residuals=fit_group_residuals(
            attribution.contributions[different],
            pairs.truth[different],
            pairs.none[different],
            pairs.differs[different],
            pairs.total[different],
            pairs.groups,
        ),
        words=agreement_sentences(groups, pairs=count),
    )
    return replace(card, words=(*card.words, _compare_errors(card)))


def judge_group(own: GroupScores, average: GroupScores) -> GroupTrust:
    """The verdict on one group by the rule of :func:`make_trust_card`, with the numbers behind it."""
    correlation, error = own.correlation.value, own.relative_error.value
    agrees = correlation >= MIN_CORRELATION and error < MAX_RELATIVE_ERROR
    verdict: Verdict = "measured" if agrees and error < average.relative_error.value else "weak"
    numbers = (
        f"rank correlation {_digits(correlation)} with the truth, relative error {_digits(error)} "
        f"(average share: {_digits(average.relative_error.value)}) over {own.pairs:,} pairs"
    )
    if own.pairs < MIN_DIFFERING:
        verdict, numbers = "not measured", f"only {own.pairs} pairs differ in it"
    return GroupTrust(
        verdict=verdict,
        correlation=correlation,
        relative_error=error,
        leak=own.leak.value,
        true_share=own.true_share.value,
        pairs=own.pairs,
        words=f"{verdict}: {numbers}.",
    )


def _judge_groups(own: dict[str, GroupScores], average: dict[str, GroupScores]) -> dict[str, GroupTrust]:
    return {group: judge_group(scores, average[group]) for group, scores in own.items()}


def _score_groups(
    pairs: MeasuredPairs, attribution: Attribution, rows: Bool[np.ndarray, " n"], *, samples: int, seed: int
) -> dict[str, GroupScores]:
    return score_groups(
        attribution.contributions[rows],
        pairs.truth[rows],
        pairs.differs[rows],
        pairs.total[rows],
        pairs.identities[rows],
        pairs.groups,
        samples=samples,
        seed=seed,
    )


def _score_many(
    pairs: MeasuredPairs, attribution: Attribution, *, samples: int, seed: int
) -> AgreementScores:
    rows = pairs.kinds == "many"
    return score_agreement(
        attribution.contributions[rows],
        pairs.truth[rows],
        pairs.differs[rows],
        pairs.total[rows],
        pairs.identities[rows],
        samples=samples,
        seed=seed,
    )


def _compare_errors(card: TrustCard) -> str:
    own, average = _digits(card.interpreter_error.value), _digits(card.baseline_error.value)
    relation = "less" if card.beats_baseline else "no less"
    return (
        f"Where many attributes differ its contributions erred by {own} of the true ones, {relation} than "
        f"the average share of each attribute, which never looks at the pair ({average})."
    )


def _digits(value: float) -> str:
    return "unknown" if math.isnan(value) else f"{value:.2f}"
