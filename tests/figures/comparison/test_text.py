from __future__ import annotations

import io

import pytest
from rich.console import Console

from attrimeter.figures.comparison.text import comparison_text
from attrimeter.figures.comparison.words import headline_sentences
from attrimeter.values.comparison import Comparison
from figures.audit_examples import EVIL
from figures.comparison_examples import COMPARISONS, example_comparison


def print_text(comparison: Comparison) -> str:
    console = Console(file=io.StringIO(), width=80, force_terminal=False)
    console.print(comparison_text(comparison))
    return str(console.file.getvalue())  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", COMPARISONS)
def test_eighty_columns_hold_everything(name: str) -> None:
    text = print_text(COMPARISONS[name])
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "nan" not in text and "\x1b" not in text


def test_the_findings_stand_before_the_tables() -> None:
    text = " ".join(print_text(example_comparison()).split())
    start = text.index("How well they find persons")
    for sentence in headline_sentences(example_comparison()):
        assert 0 <= text.index(sentence) < start
    assert "Note: Only the interpreter of plain knows handbag: not compared." in text


def test_a_line_of_the_groups_holds_their_scores() -> None:
    lines = print_text(example_comparison()).splitlines()
    for found in example_comparison().differences:
        mine = (line for line in lines if line.startswith(found.name + " "))
        shares, effects = (line for line in mine if "lover" not in line)
        one, other, difference = (
            f"{score.value:.1f}".replace("-", "−") for score in (found.first, found.second, found.difference)
        )
        sign = "+" if found.difference.value > 0 else ""
        assert shares.removeprefix(found.name).split() == [one, other, sign + difference]
        assert effects.removeprefix(found.name).split()[0] == f"+{found.first_effect.value:.1f}"


def test_reasons_are_told_for_both_models() -> None:
    text = " ".join(print_text(example_comparison()).split())
    for fragment in (
        "31 of 52 that plain alone finds: same upper colour, backpack missed (13 expected by chance)",
        "because: backpack −12.1 | +21.4, upper colour +2.2 | +9.3, hair +1.3 | −4.2",
        "e.g. b0_query.png: b0_right.png found, b0_wrong.png taken by the other",
        "because: plain | backpack lover: how much farther",
    ):
        assert fragment in text, fragment


def test_what_is_missing_is_left_out() -> None:
    assert "Where the labels differ" not in print_text(COMPARISONS["no labels"])
    agreeing = print_text(COMPARISONS["agreeing"])
    assert "Why only one" not in agreeing and "twin (first) against twin (second)" in agreeing


def test_names_are_shown_and_not_obeyed() -> None:
    assert EVIL in print_text(COMPARISONS["hostile"])
