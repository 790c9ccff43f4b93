"""What an interpreter's trust card adds to an explanation: intervals, verdicts, a label and its reasons."""

from __future__ import annotations

import math
from dataclasses import replace

from attrimeter.explaining.trust_words import explanation_label, explanation_words
from attrimeter.metrics.intervals import interval_of
from attrimeter.values import OTHER, PairExplanation
from attrimeter.values.trust import TrustCard


def attach_trust(explanation: PairExplanation, card: TrustCard | None) -> PairExplanation:
    """``explanation`` with what ``card`` says of it; without a card it is labelled "not measured".

    A contribution's share of the distance is its share of the squared distance, so that the card's
    residuals hold in units of the distance, whatever the metric.
    """
    if card is None:
        return explanation
    contributions = {**explanation.groups, OTHER: explanation.other}
    intervals = {
        name: interval_of(contribution, explanation.distance, card.residuals[name])
        for name, contribution in contributions.items()
        if name in card.residuals
    }
    return replace(
        explanation,
        intervals={name: ends for name, ends in intervals.items() if all(map(math.isfinite, ends))},
        trust={name: card.groups[name].verdict for name in explanation.groups if name in card.groups},
        trust_label=explanation_label(card, contributions),
        trust_words=explanation_words(card, contributions),
    )
