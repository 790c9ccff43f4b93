from __future__ import annotations

import io

import pytest
from rich.console import Console

from attrimeter.figures.pair.text import draw_bar, pair_text
from attrimeter.values import PairExplanation
from figures.examples import CONTRIBUTIONS, example_explanation, identical_explanation, trusted_explanation


def print_text(explanation: PairExplanation, *, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    console.print(pair_text(explanation))
    return str(console.file.getvalue())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "explanation",
    [
        example_explanation(),
        example_explanation(other=1400.0),
        identical_explanation(),
        trusted_explanation(),
        trusted_explanation(example_explanation(other=1400.0)),
        example_explanation(contributions={"hat": 400.0, "hair": -380.0}, other=-10.0),
    ],
)
def test_eighty_columns_are_enough(explanation: PairExplanation) -> None:
    lines = print_text(explanation).splitlines()
    assert max(len(line) for line in lines) <= 80
    for name in (*explanation.groups, "other"):
        assert any(line.startswith(name) for line in lines), name


def test_the_ledger_in_words_and_numbers() -> None:
    text = print_text(example_explanation(), width=110)
    assert text.startswith("Distance 10.9: farther than 99 % of same-person pairs")
    assert "sum = distance 10.87 (exact to 2e-7)" in text
    line = next(line for line in text.splitlines() if line.startswith("upper colour"))
    assert "+5.56" in line and "51 %" in line and "red | blue" in line
    assert "both long sleeves" in text


def test_intervals_marks_and_label_with_a_card() -> None:
    text = print_text(trusted_explanation(), width=100)
    lines = text.splitlines()
    colour = next(line for line in lines if line.startswith("upper colour"))
    assert "[3.46, 7.66]" in colour and "weak" not in colour and "█" in colour
    assert "≈ weak" in next(line for line in lines if line.startswith("gender"))
    assert "[−1.60, −0.20]" in text
    words = " ".join(text.split())
    assert "trust: measured. On 400 rendered pairs of unseen persons" in words
    assert words.endswith("Too few of these pairs differed in handbag to tell.")


def test_narrow_terminals_show_intervals_instead_of_bars() -> None:
    narrow, wide = (print_text(trusted_explanation(), width=width) for width in (80, 100))
    assert "█" not in narrow and "[3.46, 7.66]" in narrow and "≈ weak" in narrow
    assert len(wide.splitlines()) < len(narrow.splitlines()) <= 26


def test_without_a_card_one_line_says_so() -> None:
    text = print_text(example_explanation(), width=100)
    assert text.count("not measured") == 1 and text.splitlines()[-1].startswith("trust: not measured.")
    assert "interval" not in text and "weak" not in text


def test_a_ledger_without_negative_parts_has_no_left_side() -> None:
    text = print_text(
        example_explanation(contributions={name: abs(value) for name, value in CONTRIBUTIONS.items()})
    )
    assert "together" not in text and "apart ▶" in text


def test_distance_zero() -> None:
    text = print_text(identical_explanation())
    assert "identical to the target" in text and "sum = distance 0.00" in text and "█" not in text


def test_markup_in_a_name_is_not_obeyed() -> None:
    explanation = example_explanation(form="[bold]exact[/bold]")
    assert "[bold]exact[/bold] form" in print_text(explanation)


EIGHTHS = {" ": 0, "▏": 1, "▎": 2, "▍": 3, "▌": 4, "▋": 5, "▊": 6, "▉": 7, "█": 8}


@pytest.mark.parametrize("value", [0.0, 0.1, 1.0, 2.5, 7.3, 10.0])
def test_a_bar_to_the_right_is_as_long_as_its_value(value: float) -> None:
    bar = draw_bar(value, low=0.0, high=10.0, cells=20)
    assert len(bar) == 20
    assert sum(EIGHTHS[cell] for cell in bar) == pytest.approx(value * 16, abs=0.5)


def test_bars_on_both_sides_meet_at_zero() -> None:
    right, left = (draw_bar(value, low=-5.0, high=15.0, cells=20) for value in (15.0, -5.0))
    assert right == " " * 5 + "█" * 15
    assert left == "█" * 5 + " " * 15
    assert draw_bar(-2.5, low=-5.0, high=15.0, cells=20) == "  ▐██" + " " * 15
    assert draw_bar(-0.001, low=-5.0, high=15.0, cells=20) == "    ▕" + " " * 15


def test_nothing_is_no_bar() -> None:
    assert draw_bar(0.0, low=0.0, high=0.0, cells=8) == " " * 8
    assert draw_bar(0.0, low=-1.0, high=0.0, cells=8) == " " * 8
