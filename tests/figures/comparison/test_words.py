from __future__ import annotations

import math
from dataclasses import replace

import pytest

from attrimeter.figures.comparison.words import (
    answers,
    display_names,
    has_effects,
    headline_sentences,
    only_one_knows,
    reason_expected,
    reason_title,
    widest_entries,
    widest_words,
)
from figures.audit_examples import around
from figures.comparison_examples import (
    COMPARISONS,
    agreeing_comparison,
    example_comparison,
    unknown_comparison,
    unlabelled_comparison,
)


def test_the_headline_says_who_finds_more_relies_on_what_and_why() -> None:
    assert headline_sentences(example_comparison()) == (
        "plain finds the person first more often: rank-1 76.0 against 71.0 %, +5.0 points (2.8 to 7.2).",
        "plain relies more on upper colour (26.3 against 20.2 %), lower colour (21.4 against 18.1 %); "
        "backpack lover relies more on backpack (8.1 against 22.3 %).",
        "Both put the same picture first for 61.2 % (59.7 to 62.7) of the queries; of the ten nearest they "
        "share 54.3 % (52.8 to 55.8); their distances correlate at 0.83 (0.81 to 0.85); the same group "
        "weighs most in 47.9 % (46.4 to 49.4) of the pairs.",
        "Of 583 queries both find the person first in 391, plain alone in 52, backpack lover alone in 23, "
        "and neither in 117.",
        "Most often: 31 of 52 that plain alone finds: same upper colour, backpack missed.",
    )


def test_what_is_not_clearer_than_chance_is_called_so() -> None:
    first, second, *_ = headline_sentences(agreeing_comparison())
    assert first.startswith("Neither clearly finds the person first more often: rank-1 76.0")
    assert second == "No group's share differs by more than chance."
    worse = replace(example_comparison(), rank1=around(-5.0))
    assert headline_sentences(worse)[0].startswith("backpack lover finds the person first more often")


def test_of_many_differences_the_first_are_named() -> None:
    example = example_comparison()
    clear = tuple(replace(found, difference=around(9.0)) for found in example.differences)
    sentence = headline_sentences(replace(example, differences=clear))[1]
    assert sentence.startswith("plain relies more on backpack") and sentence.endswith("and 5 more.")


def test_of_nothing_known_nothing_is_claimed() -> None:
    assert headline_sentences(unknown_comparison()) == ("No query has a match to find.",)


def test_names_are_cut_and_told_apart() -> None:
    assert display_names(agreeing_comparison()) == ("twin (first)", "twin (second)")
    assert all(len(name) <= 28 for name in display_names(COMPARISONS["hostile"]))


def test_queries_are_counted_as_they_are() -> None:
    example = example_comparison()
    assert example.queries == 391 + 52 + 23 + 117 == 583
    assert "Of 1 query both find" in answers(
        replace(example, both_right=1, only_first_right=0, only_second_right=0, both_wrong=0)
    )


def test_a_reason_is_counted_among_those_of_its_side() -> None:
    example = example_comparison()
    assert [reason_title(reason, example) for reason in example.reasons] == [
        "31 of 52 that plain alone finds: same upper colour, backpack missed",
        "9 of 23 that backpack lover alone finds: same lower colour",
        "21 of 52 that plain alone finds: nothing in common",
        "14 of 23 that backpack lover alone finds: nothing in common",
    ]
    assert reason_expected(example.reasons[0]) == 12.6 and math.isnan(reason_expected(example.reasons[2]))


def test_the_entries_farthest_apart_stand_first_and_only_common_ones() -> None:
    first = {"a": 1.0, "b": -3.0, "c": 2.0, "d": math.nan, "e": 9.0}
    second = {"a": 5.0, "b": 4.0, "c": 2.5, "d": 1.0, "f": -9.0}
    assert widest_entries(first, second, 2) == [("b", -3.0, 4.0), ("a", 1.0, 5.0)]
    assert widest_words(first, second) == "b −3.0 | +4.0, a +1.0 | +5.0, c +2.0 | +2.5"


def test_what_only_one_knows_and_whether_there_are_labels() -> None:
    assert only_one_knows(example_comparison()) == (
        "Only the interpreter of plain knows handbag: not compared.",
        "Only the interpreter of backpack lover knows boots, top: not compared.",
    )
    assert only_one_knows(agreeing_comparison()) == ()
    assert has_effects(example_comparison()) and not has_effects(unlabelled_comparison())


@pytest.mark.parametrize("name", COMPARISONS)
def test_no_sentence_shows_nan(name: str) -> None:
    assert all("nan" not in sentence for sentence in headline_sentences(COMPARISONS[name]))
