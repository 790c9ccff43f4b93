"""Invented comparisons for the tests: a full one, and those in which something is missing or hostile."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from attrimeter.values.comparison import (
    Agreement,
    Comparison,
    Disagreement,
    DisagreementCluster,
    GroupDifference,
    Side,
)
from figures.audit_examples import (
    EVIL,
    GROUPS,
    LONG,
    UNKNOWN,
    around,
    example_audit,
    hostile_audit,
    unknown_audit,
)

_STEPS = (-14.2, 6.1, 3.3, -1.2, 0.9, 0.4, -0.2, 0.1)


def example_comparison() -> Comparison:
    """The second model leans on the backpack, the first finds more."""
    first = example_audit()
    retrieval = replace(first.retrieval, rank1=around(71.0, 2.3), mean_ap=around(56.9, 2.0))
    second = replace(first, target="resnet50", target_fingerprint="4b" * 32, retrieval=retrieval)
    reasons = (
        example_reason("first", ("same upper colour", "backpack missed"), 31, 12.6, "a"),
        example_reason("second", ("same lower colour",), 9, 3.26, "b"),
        example_reason("first", (), 21, 21.0, "c"),
        example_reason("second", (), 14, math.nan, "d"),
    )
    return Comparison(
        first=first,
        second=second,
        names=("plain", "backpack lover"),
        both_right=391,
        only_first_right=52,
        only_second_right=23,
        both_wrong=117,
        rank1=around(5.0, 2.2),
        mean_ap=around(1.4, 1.9),
        agreement=Agreement(around(61.2), around(54.3), around(0.83, 0.02), around(47.9)),
        differences=tuple(example_difference(name, place) for place, name in enumerate(GROUPS)),
        other=replace(
            example_difference("other", 4),
            first_effect=UNKNOWN,
            second_effect=UNKNOWN,
            effect_difference=UNKNOWN,
        ),
        only_first_groups=("handbag",),
        only_second_groups=("boots", "top"),
        disagreements=tuple(case for reason in reasons for case in reason.examples),
        reasons=reasons,
        notes=("These numbers are invented.",),
    )


def example_difference(name: str, place: int) -> GroupDifference:
    second = 22.3 - 2.1 * place
    return GroupDifference(
        name=name,
        first=around(second + _STEPS[place], 1.1),
        second=around(second, 1.2),
        difference=around(_STEPS[place], 1.6),
        first_effect=around(10.3 - place, 1.3),
        second_effect=around(8.4 - 0.5 * place, 1.4),
        effect_difference=around(1.9 - 0.5 * place, 1.7),
    )


def example_reason(
    right_in: Side, words: tuple[str, ...], count: int, expected: float, name: str
) -> DisagreementCluster:
    sign = 1 if right_in == "second" else -1
    first = {"backpack": sign * 12.1, "upper colour": 2.2, "hair": 1.3, "other": -0.4}
    second = {"backpack": -sign * 21.4, "upper colour": 9.3, "hair": -4.2, "other": 0.5}
    examples = tuple(
        Disagreement(
            query=Path(f"query/{name}{number}_query.png"),
            right=Path(f"gallery/{name}{number}_right.png"),
            wrong=Path(f"gallery/{name}{number}_wrong.png"),
            right_in=right_in,
            because_first={key: value + number for key, value in first.items()},
            because_second={key: value - number for key, value in second.items()},
        )
        for number in range(2)
    )
    return DisagreementCluster(right_in, words, count, expected, first, second, examples)


def unlabelled_comparison() -> Comparison:
    example = example_comparison()
    differences = tuple(
        replace(found, first_effect=UNKNOWN, second_effect=UNKNOWN, effect_difference=UNKNOWN)
        for found in example.differences
    )
    return replace(example, differences=differences)


def agreeing_comparison() -> Comparison:
    """Twice the same model: no query that only one answers."""
    example = example_comparison()
    same = tuple(replace(found, second=found.first, difference=around(0.0)) for found in example.differences)
    return replace(
        example,
        names=("twin", "twin"),
        both_right=443,
        only_first_right=0,
        only_second_right=0,
        both_wrong=140,
        rank1=around(0.0),
        mean_ap=around(0.0),
        differences=same,
        only_first_groups=(),
        only_second_groups=(),
        disagreements=(),
        reasons=(),
        notes=(),
    )


def unknown_comparison() -> Comparison:
    example = example_comparison()
    nothing = [UNKNOWN] * 6
    return replace(
        example,
        first=unknown_audit(),
        second=unknown_audit(),
        both_right=0,
        only_first_right=0,
        only_second_right=0,
        both_wrong=0,
        rank1=UNKNOWN,
        mean_ap=UNKNOWN,
        agreement=Agreement(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        differences=tuple(GroupDifference(name, *nothing) for name in GROUPS),
        other=GroupDifference("other", *nothing),
        disagreements=(),
        reasons=(),
    )


def hostile_comparison() -> Comparison:
    example = example_comparison()
    case = Disagreement(
        Path(f"{LONG}.png"), Path("[red].png"), Path(f"{LONG}.png"), "first", {EVIL: 1.0}, {EVIL: 2.0}
    )
    return replace(
        example,
        first=hostile_audit(),
        second=hostile_audit(),
        names=(EVIL, LONG),
        differences=(replace(example.differences[0], name=EVIL), replace(example.differences[1], name=LONG)),
        only_first_groups=(EVIL, LONG),
        disagreements=(case,) * 150,
        reasons=(DisagreementCluster("first", (EVIL, LONG), 52, 3.0, {EVIL: 1.0}, {EVIL: -1.0}, (case,)),),
        notes=(EVIL + "\x1b[2J", LONG),
    )


COMPARISONS = {
    "full": example_comparison(),
    "no labels": unlabelled_comparison(),
    "agreeing": agreeing_comparison(),
    "nothing known": unknown_comparison(),
    "hostile": hostile_comparison(),
    "mostly other": replace(
        example_comparison(),
        other=replace(example_comparison().other, first=around(71.3), second=around(-66.4)),
    ),
    "no common group": replace(example_comparison(), differences=()),
}
