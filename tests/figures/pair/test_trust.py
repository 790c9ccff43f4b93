from __future__ import annotations

from dataclasses import replace

import pytest

from attrimeter.figures.pair.trust import carries_card, trust_mark, trust_reasons
from figures.examples import example_explanation, trusted_explanation


@pytest.mark.parametrize(
    ("verdict", "mark"),
    [("measured", ""), ("weak", "≈ weak"), ("not measured", "not measured"), (None, "")],
)
def test_only_what_did_not_prove_true_is_marked(verdict: str | None, mark: str) -> None:
    assert trust_mark(verdict) == mark


def test_reasons_are_the_card_s_or_that_there_is_none() -> None:
    trusted = trusted_explanation()
    assert carries_card(trusted) and trust_reasons(trusted) == " ".join(trusted.trust_words)
    plain = example_explanation()
    assert not carries_card(plain)
    assert trust_reasons(plain) == "This interpreter carries no comparison with measured truth."


def test_a_card_that_measured_nothing_still_gives_its_reason() -> None:
    empty = replace(example_explanation(), trust_words=("Three pairs are too few.",))
    assert carries_card(empty) and trust_reasons(empty) == "Three pairs are too few."
    assert trust_reasons(replace(trusted_explanation(), trust_words=())) == ""
