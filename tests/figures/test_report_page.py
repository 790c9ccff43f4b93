from __future__ import annotations

from dataclasses import replace

import pytest

from attrimeter.figures.report_page import report_page
from attrimeter.schemas import SCHEMAS
from attrimeter.values import OTHER, Evaluation
from attrimeter.values.pair_truth import PairTruth
from figures.examples import example_evaluation, example_explanation, example_history, identical_explanation
from figures.page_reading import PageReader, outside_needs

EVIL = "<img src=x onerror=alert(1)>"
TRUTH = PairTruth({**dict.fromkeys(SCHEMAS["market1501"].groups, 0.0), "hat": 0.9, OTHER: 0.1}, pictures=2)


def make_report(
    *, pairs: int = 3, evaluation: Evaluation | None = None, empty: bool = False, measured: bool = False
) -> str:
    examples = [
        ("Different persons, far", example_explanation(names=(EVIL, "b.png"))),
        ("The same image", identical_explanation()),
        (EVIL, example_explanation(other=14.0)),
    ]
    return report_page(
        explanations=examples[:pairs],
        evaluation=evaluation or example_evaluation(notes=("These are rendered persons.",)),
        history=[] if empty else example_history(3),
        settings={} if empty else {"epochs": "3", "seed": EVIL},
        next_commands=[] if empty else ["attrimeter fit model.pth --data <folder>"],
        truths=[TRUTH] * pairs if measured else [],
    )


@pytest.mark.parametrize("pairs", [0, 1, 3])
@pytest.mark.parametrize("empty", [False, True])
def test_a_report_is_well_formed_and_needs_nothing_but_itself(pairs: int, empty: bool) -> None:
    page = make_report(pairs=pairs, empty=empty, measured=empty)
    assert PageReader(page).misnested == []
    assert outside_needs(page) == []


def test_it_shows_pairs_numbers_notes_and_the_next_step() -> None:
    words = PageReader(make_report()).words
    for fragment in (
        "Different persons, far",
        "Distance 10.9: farther than 99 %",
        "identical to the target",
        "Most of this distance (60 %) is not explained by the named attributes.",
        "These are rendered persons.",
        "91.2 % 89.1 to 93.3",
        "A guarantee, not evidence",
        "constant order 43.0",
        "attrimeter fit model.pth --data <folder>",
        "epochs 3",
    ):
        assert fragment in words, fragment


def test_every_pair_has_its_measured_truth_beside_it_and_a_verdict() -> None:
    words = PageReader(make_report(measured=True)).words
    assert words.count("Measured on this very pair: ") == 3
    assert words.count("Measured on this very pair: wrong.") == 2
    assert "What carries most is hat (90 %)" in words
    assert "Measured on this very pair" not in PageReader(make_report()).words


def test_the_first_pair_is_explained_with_a_legend_and_the_others_without() -> None:
    words = PageReader(make_report()).words
    assert words.count("The bars add up to the distance.") == 1
    assert words.count("What the distance is made of") == 3


def test_what_is_given_is_shown_and_not_obeyed() -> None:
    reader = PageReader(make_report())
    assert reader.text.count(EVIL) >= 3
    assert all("onerror" not in attributes for attributes in reader.all("img"))


def test_what_is_missing_is_left_out() -> None:
    evaluation = replace(example_evaluation(), retrieval={}, attribution={}, rows=())
    words = PageReader(make_report(pairs=0, evaluation=evaluation, empty=True)).words
    for fragment in ("More pairs", "Try it on your own model", "How this was made", "rank-1", "Ex_P_d"):
        assert fragment not in words, fragment


def test_pictures_and_plots_are_described() -> None:
    assert all(picture["alt"] for picture in PageReader(make_report()).all("img"))
