"""A pair's explanation in a few plain sentences: what every output says first."""

from __future__ import annotations

import math
from collections.abc import Sequence

from attrimeter.figures.pair.changes import change_sentences
from attrimeter.figures.pair.ledger import LedgerRow, ledger_rows
from attrimeter.figures.text.numerals import format_distance, format_share
from attrimeter.legible import join_names
from attrimeter.values import PairExplanation

IDENTICAL_BELOW = 1e-6
"""A distance at most this large is rounding: to the target the two images are the same."""

SMALLEST_NAMED_SHARE = 0.1
"""A second group is named in the summary from this share on; so is one that brings the two together."""


def summarise(explanation: PairExplanation) -> str:
    """What the distance is, how it compares, and what carries most of it, in plain words.

    Where "other" carries the largest share the first sentence says so, and so it does where it carries most:
    more than half of all absolute contributions. Percentiles that are not known
    (NaN) are left out; a distance of nothing reads as "identical to the target".
    """
    return " ".join(summary_sentences(explanation))


def summary_sentences(explanation: PairExplanation) -> tuple[str, ...]:
    """The sentences of :func:`summarise`, one by one (at least one)."""
    if is_identical(explanation):
        return ("Distance 0: the two images are identical to the target.",)
    rows = ledger_rows(explanation)
    groups = [row for row in rows if row.kind == "group"]
    sentences = [_compare_distance(explanation), _name_groups(groups, after_other=rows[0].kind == "other")]
    if rows[0].kind == "other":
        weight = abs(rows[0].contribution) / sum(abs(row.contribution) for row in rows)
        sentences.insert(0, _admit_other(rows[0], weight=weight))
    sentences.append(_say_same_person(explanation))
    if explanation.change is not None:
        sentences += change_sentences(explanation.change, name=explanation.second.name)
    return tuple(sentence for sentence in sentences if sentence)


def is_identical(explanation: PairExplanation) -> bool:
    """Whether the distance is nothing but rounding."""
    return abs(explanation.distance) <= IDENTICAL_BELOW


def _say_same_person(explanation: PairExplanation) -> str:
    answer = explanation.same_person
    if answer is None:
        return ""
    said = f"At even odds they are one person with a probability of {format_share(answer.probability)}"
    if answer.seen:
        return f"{said}, as calibrated on {answer.calibrated_on}."
    foreign = join_names(answer.foreign) or "this pair"
    kind = " (light, palette or sharpness)" if answer.foreign else ""
    verb = "are" if len(answer.foreign) > 1 else "is"
    return (
        f"{said}, but {foreign} {verb} out of distribution for calibration on {answer.calibrated_on}{kind}."
    )


def _admit_other(other: LedgerRow, *, weight: float) -> str:
    share = format_share(other.share)
    if other.contribution < 0:
        return f"What no named attribute carries (“other”, {share}) weighs most, and brings the two together."
    if other.share > 1:
        return f"The named attributes do not explain this distance: “other” alone carries {share} of it."
    if weight > 0.5:
        return f"Most of this distance ({share}) is not explained by the named attributes."
    return f"The largest share of this distance ({share}) is not explained by the named attributes."


def _compare_distance(explanation: PairExplanation) -> str:
    distance = f"Distance {format_distance(explanation.distance)}"
    parts = []
    if not math.isnan(explanation.percentile_same):
        parts.append(_rank("farther than", "nearer than", explanation.percentile_same, "same-person"))
    if not math.isnan(explanation.percentile_different):
        nearer = 100 - explanation.percentile_different
        parts.append(_rank("nearer than", "farther than", nearer, "different-person"))
    if not parts:
        return f"{distance} (how this compares with other pairs is not known)."
    return f"{distance}: {', '.join(parts)}."


def _rank(relation: str, opposite: str, percent: float, kind: str) -> str:
    """ "farther than 99 % of same-person pairs"; none of them turns into the opposite of every one."""
    if percent >= 100:
        return f"{relation} every {kind} pair"
    if percent <= 0:
        return f"{opposite} every {kind} pair"
    return f"{relation} {min(99, max(1, round(percent)))} % of {kind} pairs"


def _name_groups(groups: Sequence[LedgerRow], *, after_other: bool) -> str:
    apart = [row for row in groups if row.contribution > 0]
    together = [row for row in groups if row.share <= -SMALLEST_NAMED_SHARE]
    closing = f"{_join(together[:2])} bring{'s' if len(together) == 1 else ''} the two together"
    if not apart:
        return f"No named attribute keeps the two apart{f'; {closing}' if together else ''}."
    named = [apart[0], *(row for row in apart[1:2] if row.share >= SMALLEST_NAMED_SHARE)]
    if after_other:
        opening = f"Of the named attributes mostly {_join(named)}"
    elif apart[0].share < SMALLEST_NAMED_SHARE:
        opening = f"No attribute stands out; the largest is {_join(named)}"
    else:
        opening = f"Mostly {_join(named)}"
    return f"{opening}{f'; {closing}' if together else ''}."


def _join(rows: Sequence[LedgerRow]) -> str:
    return join_names([f"{row.name} ({format_share(row.share)})" for row in rows])
