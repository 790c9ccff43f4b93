"""A comparison of two models in sentences, the same for the terminal, the page and the figure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from attrimeter.figures.audit.words import known_expected
from attrimeter.figures.text.numerals import format_number, format_score, score_words
from attrimeter.figures.text.words import count_words, cut, excludes_zero
from attrimeter.values.comparison import Comparison, DisagreementCluster, GroupDifference

_NAME = 28
_NAMED = 3

HOW_COMPARED = (
    "Both models are asked about the same queries, the same gallery and the same pairs of different persons. "
    "Every difference is the first minus the second, with a 95 % interval from drawing the same persons "
    "again for both (paired bootstrap over identities); those of the groups are wider, so that all hold at "
    "once.",
    "A share is how much of a model's distance between different persons a group carries, in percent: it "
    "compares what the models look at, not how far apart they set persons. An effect is the share where the "
    "labels differ minus the share where they are alike.",
    "Either explanation is what an interpreter says of its model; a difference between two interpreters can "
    "look like a difference between two models. It weighs most where both were fitted in the same way and "
    "both proved true on rendered persons.",
)


def display_names(comparison: Comparison) -> tuple[str, str]:
    """The names of the two models, cut, and told apart where they are the same."""
    first, second = (cut(name, _NAME) for name in comparison.names)
    return (f"{first} (first)", f"{second} (second)") if first == second else (first, second)


def headline_sentences(comparison: Comparison) -> tuple[str, ...]:
    """What a reader must know: who finds more, who relies on what, how alike they are, and why not."""
    found = [_retrieval(comparison), _reliance(comparison), _agreement(comparison), answers(comparison)]
    return tuple(sentence for sentence in (*found, _main_reason(comparison)) if sentence)


def answers(comparison: Comparison) -> str:
    """How many queries both, one alone, and neither answers rightly."""
    if not comparison.queries:
        return "No query has a match to find."
    first, second = display_names(comparison)
    return (
        f"Of {count_words(comparison.queries, 'query')} both find the person first in "
        f"{comparison.both_right:,}, {first} alone in {comparison.only_first_right:,}, {second} alone in "
        f"{comparison.only_second_right:,}, and neither in {comparison.both_wrong:,}."
    )


def reason_title(reason: DisagreementCluster, comparison: Comparison) -> str:
    """How many and what they share ("31 of 52 that A alone finds: same upper colour, backpack missed")."""
    first = reason.right_in == "first"
    name = display_names(comparison)[0 if first else 1]
    among = comparison.only_first_right if first else comparison.only_second_right
    words = ", ".join(cut(entry) for entry in reason.words) or "nothing in common"
    return f"{reason.count:,} of {among:,} that {name} alone finds: {words}"


def reason_expected(reason: DisagreementCluster) -> float:
    """What chance would give; NaN for the rest."""
    return known_expected(reason.words, reason.expected)


def widest_entries(
    first: Mapping[str, float], second: Mapping[str, float], most: int = 3
) -> list[tuple[str, float, float]]:
    """The groups that both know whose two values lie farthest apart: name, first, second."""
    shared = [(name, first[name], second[name]) for name in first if name in second]
    known = [entry for entry in shared if math.isfinite(entry[1] - entry[2])]
    return sorted(known, key=lambda entry: (-abs(entry[1] - entry[2]), entry[0]))[:most]


def widest_words(first: Mapping[str, float], second: Mapping[str, float], most: int = 3) -> str:
    """The same in words ("backpack −12.0 | +21.4, hair +1.0 | −4.2"); empty where none is known."""
    return ", ".join(
        f"{cut(name, 30)} {_signed(one)} | {_signed(other)}"
        for name, one, other in widest_entries(first, second, most)
    )


def only_one_knows(comparison: Comparison) -> tuple[str, ...]:
    """A sentence for each model whose interpreter knows groups that the other does not."""
    sentences = []
    names = display_names(comparison)
    for name, groups in zip(
        names, (comparison.only_first_groups, comparison.only_second_groups), strict=True
    ):
        if groups:
            listed = ", ".join(cut(group, 30) for group in groups)
            sentences.append(f"Only the interpreter of {name} knows {listed}: not compared.")
    return tuple(sentences)


def has_effects(comparison: Comparison) -> bool:
    """Whether anything is known of where the labels differ."""
    return any(math.isfinite(found.effect_difference.value) for found in comparison.differences)


def _retrieval(comparison: Comparison) -> str:
    first, second = display_names(comparison)
    rank1 = [format_score(audit.retrieval.rank1) for audit in (comparison.first, comparison.second)]
    if not math.isfinite(comparison.rank1.value):
        return ""
    difference = score_words(comparison.rank1, unit=" points", signed=True)
    against = f"rank-1 {rank1[0]} against {rank1[1]} %, {difference}"
    if not excludes_zero(comparison.rank1):
        return f"Neither clearly finds the person first more often: {against}."
    better = first if comparison.rank1.value > 0 else second
    return f"{better} finds the person first more often: {against}."


def _reliance(comparison: Comparison) -> str:
    if not any(math.isfinite(found.difference.value) for found in comparison.differences):
        return ""
    clear = [found for found in comparison.differences if excludes_zero(found.difference)]
    if not clear:
        return "No group's share differs by more than chance."
    names = display_names(comparison)
    sides = (
        [found for found in clear if found.difference.value > 0],
        [found for found in clear if found.difference.value < 0],
    )
    parts = [
        f"{name} relies more on {_list_differences(side)}"
        for name, side in zip(names, sides, strict=True)
        if side
    ]
    return "; ".join(parts) + "."


def _list_differences(found: Sequence[GroupDifference]) -> str:
    words = [
        f"{cut(entry.name, 30)} ({format_score(entry.first)} against {format_score(entry.second)} %)"
        for entry in found[:_NAMED]
    ]
    rest = len(found) - len(words)
    return ", ".join(words) + (f" and {rest} more" if rest else "")


def _agreement(comparison: Comparison) -> str:
    agreement = comparison.agreement
    parts = []
    if math.isfinite(agreement.same_nearest.value):
        parts.append(
            f"both put the same picture first for {score_words(agreement.same_nearest)} of the queries"
        )
    if math.isfinite(agreement.shared_nearest.value):
        parts.append(f"of the ten nearest they share {score_words(agreement.shared_nearest)}")
    if math.isfinite(agreement.rank_correlation.value):
        correlation = score_words(agreement.rank_correlation, decimals=2, unit="")
        parts.append(f"their distances correlate at {correlation}")
    if math.isfinite(agreement.same_group.value):
        parts.append(f"the same group weighs most in {score_words(agreement.same_group)} of the pairs")
    if not parts:
        return ""
    joined = "; ".join(parts)
    return f"{joined[0].upper()}{joined[1:]}."


def _main_reason(comparison: Comparison) -> str:
    for reason in comparison.reasons:
        if reason.words:
            return f"Most often: {reason_title(reason, comparison)}."
    return ""


def _signed(value: float) -> str:
    return format_number(value, decimals=1, signed=True)
