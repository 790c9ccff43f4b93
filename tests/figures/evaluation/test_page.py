from __future__ import annotations

import base64
import math
from dataclasses import replace

import pytest

from attrimeter.figures.drawing.figure_files import render_figure
from attrimeter.figures.evaluation.page import evaluation_page
from attrimeter.figures.evaluation.reliability_figure import draw_reliability
from attrimeter.values import Evaluation
from attrimeter.values.evaluation import Reweighting
from figures.examples import example_evaluation
from figures.page_reading import PageReader, outside_needs
from figures.reweighting_examples import FOUND, NONE

EVIL = "<img src=x onerror=alert(1)>"
EVALUATION = example_evaluation(notes=("These are rendered persons.",))
BARE = replace(EVALUATION, retrieval={}, attribution={}, rows=(), mean_other_share=math.nan)
UNKNOWN = replace(
    FOUND,
    rankings={},
    calibration_error=NONE,
    brier=NONE,
    reliability=tuple(
        replace(entry, weight=math.nan, predicted=math.nan, observed=NONE) for entry in FOUND.reliability
    ),
)


@pytest.mark.parametrize(
    "evaluation, found",
    [(EVALUATION, FOUND), (BARE, UNKNOWN), (BARE, None), (example_evaluation(form="distilled"), UNKNOWN)],
)
def test_it_is_well_formed_and_needs_nothing_but_itself(
    evaluation: Evaluation, found: Reweighting | None
) -> None:
    page = evaluation_page(replace(evaluation, reweighting=found))
    reader = PageReader(page)
    assert reader.misnested == [] and outside_needs(page) == []
    assert "nan" not in reader.words.split() and all(picture["alt"] for picture in reader.all("img"))


def test_it_holds_findings_notes_tables_and_what_calibration_has_not_seen() -> None:
    words = PageReader(evaluation_page(replace(EVALUATION, reweighting=FOUND))).words
    for fragment in (
        "What are osnet_x0_25 and its explanations worth on rendered persons",
        "puts the right person first for 91.2 % of the queries (mAP 77.2 %).",
        "“same-person model” gains most in mAP: 2.5 points over the cosine distance",
        "These are rendered persons.",
        "Target: rank-1 91.2 % 89.1 to 93.3",
        "cosine 93.4 91.3 to 95.5",
        "same-person model +2.5 1.1 to 3.9 +1.5 0.4 to 2.6 47.2 46.2 to 48.2 68.4 67.4 to 69.4",
        "P(same person): ECE 2.1 points 1.0 to 3.0",
        "P(same person): Brier score 0.081 0.070 to 0.090",
        "1,206,810 pairs were scored at even prior odds",
        "0.08 % of the pairs are out of distribution for calibration",
        "7 to 13 5.0 10.0 18.0 11.0 to 27.0",
        "constant order 43.0 41.6 to 44.4 52.0",
        "Every attribute in numbers",
        "fingerprint 3f3f3f3f3f3f",
    ):
        assert fragment in words, fragment
    assert "Not measured here" not in words


def test_what_the_page_says_of_even_odds_is_bayes_rule() -> None:
    odds = 0.9 / 0.1 * (1 / 99)
    assert f"90 % at even odds means {100 * odds / (1 + odds):.0f} %" in words_of(FOUND)


def test_other_data_is_told_from_the_same() -> None:
    assert "measured on rendered persons (Market-1501 layout): of what is new there" in words_of(FOUND)
    same = replace(FOUND, calibrated_on=EVALUATION.data, unseen=0.0)
    said = words_of(same)
    assert "measured on other persons. No pair is out of distribution for calibration." in said
    assert "of what is new there" not in said


def test_the_diagram_is_that_of_the_figure() -> None:
    svg = base64.b64encode(render_figure(draw_reliability(FOUND), "svg")).decode("ascii")
    sources = [
        picture["src"]
        for picture in PageReader(evaluation_page(replace(EVALUATION, reweighting=FOUND))).all("img")
    ]
    assert f"data:image/svg+xml;base64,{svg}" in sources and len(sources) == 2


def test_what_was_not_measured_is_left_out_and_said() -> None:
    words = words_of(None)
    assert "attrimeter calibrate" in words and "Rankings of the gallery" not in words
    assert "P(same person) be believed" not in words
    bare = PageReader(evaluation_page(BARE)).words
    for fragment in ("Finding persons", "agree with the labels", "rank-1"):
        assert fragment not in bare, fragment


def test_what_is_given_is_shown_and_not_obeyed() -> None:
    evaluation = replace(EVALUATION, data=EVIL, target=EVIL, notes=(EVIL,))
    found = replace(FOUND, calibrated_on=EVIL, rankings={EVIL: FOUND.rankings["cosine distance"]})
    reader = PageReader(evaluation_page(replace(evaluation, reweighting=found)))
    assert reader.text.count(EVIL) >= 6
    assert all("onerror" not in attributes for attributes in reader.all("img"))


def words_of(found: Reweighting | None) -> str:
    return PageReader(evaluation_page(replace(EVALUATION, reweighting=found))).words
