from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from attrimeter.explaining.trust_words import agreement_sentences, explanation_label, explanation_words
from attrimeter.values import OTHER, Score
from attrimeter.values.trust import GroupTrust, TrustCard, Verdict


def group(verdict: Verdict) -> GroupTrust:
    return GroupTrust(verdict, 0.8, 0.3, 0.0, 0.2, 100, f"{verdict}.")


def score(value: float) -> Score:
    return Score(value, value - 0.1, value + 0.1)


CARD = TrustCard(
    status="measured",
    pairs=1400,
    interpreter_error=score(0.3),
    baseline_error=score(0.5),
    spearman=score(0.8),
    groups={
        "hat": group("measured"),
        "upper colour": group("measured"),
        "backpack": group("measured"),
        "gender": group("weak"),
        "type": group("not measured"),
    },
    residuals={},
    words=("The whole card.",),
)
WORSE = replace(CARD, interpreter_error=score(0.5))
EMPTY = replace(CARD, status="not measured", groups={}, words=("Too few pairs.",))


@pytest.mark.parametrize(
    ("contributions", "label"),
    [
        ({"hat": 3.0, "gender": 1.0}, "measured"),
        ({"hat": 3.0, "gender": -3.1}, "weak"),
        ({"hat": -3.1, "gender": 3.0}, "measured"),
        ({"hat": 2.0, "gender": 1.5, "type": 1.0}, "weak"),
        ({"hat": 1.0, "gender": 1.0, "type": 2.1}, "not measured"),
        ({"hat": 1.0, "a stranger": 2.0}, "not measured"),
        ({"hat": 1.0, OTHER: 50.0}, "measured"),
        ({"hat": 0.0, "gender": 0.0}, "measured"),
        ({}, "measured"),
    ],
)
def test_the_label_follows_what_carries_the_pair(contributions: Mapping[str, float], label: str) -> None:
    assert explanation_label(CARD, contributions) == label


def test_an_interpreter_no_better_than_a_constant_is_weak_and_says_so() -> None:
    assert explanation_label(WORSE, {"hat": 1.0}) == "weak"
    assert explanation_label(replace(CARD, baseline_error=score(math.nan)), {"hat": 1.0}) == "weak"
    assert "never looks at the pair" in explanation_words(WORSE, {"hat": 1.0})[-1]
    assert "never looks at the pair" not in " ".join(explanation_words(CARD, {"hat": 1.0}))


@pytest.mark.parametrize("card", [None, EMPTY])
def test_without_measurement_nothing_is_measured(card: TrustCard | None) -> None:
    assert explanation_label(card, {"hat": 1.0}) == "not measured"
    assert explanation_words(card, {"hat": 1.0}) == (() if card is None else ("Too few pairs.",))


def test_only_groups_that_weigh_are_spoken_of_largest_first() -> None:
    words = explanation_words(
        CARD, {"hat": 3.0, "upper colour": 6.0, "gender": -2.0, "type": 0.5, OTHER: 90.0}
    )
    assert words == (
        "On 1,400 rendered pairs of unseen persons this interpreter's "
        "attribution of upper colour and hat agreed with measured truth; its attribution of gender did not.",
    )


def test_sentences_for_every_mixture_of_verdicts() -> None:
    opening = "On 400 rendered pairs of unseen persons this interpreter's attribution of"
    groups = CARD.groups

    def sentences(*names: str) -> tuple[str, ...]:
        return agreement_sentences({name: groups[name] for name in names}, pairs=400)

    assert sentences() == ()
    assert sentences("hat") == (f"{opening} hat agreed with measured truth.",)
    assert sentences("gender") == (f"{opening} gender did not agree with measured truth.",)
    assert sentences("type") == ("Too few of 400 rendered pairs differed in type to tell.",)
    assert sentences("hat", "upper colour", "backpack", "type") == (
        f"{opening} hat, upper colour and backpack agreed with measured truth.",
        "Too few of these pairs differed in type to tell.",
    )
