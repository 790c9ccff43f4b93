from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from attrimeter.figures.comparison.page import comparison_page
from attrimeter.figures.comparison.words import headline_sentences
from figures.audit_examples import EVIL
from figures.comparison_examples import COMPARISONS, example_comparison
from figures.page_reading import PageReader, outside_needs


@pytest.mark.parametrize("name", COMPARISONS)
def test_it_is_well_formed_and_needs_nothing_but_itself(name: str) -> None:
    page = comparison_page(COMPARISONS[name])
    reader = PageReader(page)
    assert reader.misnested == [] and outside_needs(page) == []
    assert "nan" not in reader.words and "None" not in reader.words


def test_it_holds_every_number() -> None:
    example, words = example_comparison(), PageReader(comparison_page(example_comparison())).words
    for found in (*example.differences, example.other):
        name = "“other”" if found.name == "other" else found.name
        cells = [f"{s.value:.1f} {s.low:.1f} to {s.high:.1f}" for s in (found.first, found.second)]
        assert f"{name} {' '.join(cells)}" in words
        signed = f"{found.difference.value:+.1f} {found.difference.low:.1f} to {found.difference.high:.1f}"
        assert signed.replace("-", "−") in words
    for sentence in (*headline_sentences(example), *example.notes):
        assert sentence in words
    for fragment in (
        "both 391 only plain 52 only backpack lover 23 neither 117",
        "difference +5.0 2.8 to 7.2 +1.4 −0.5 to 3.3",
        "31 of 52 that plain alone finds: same upper colour, backpack missed",
        "13 expected by chance. group plain backpack lover backpack −12.1 +21.4",
        "a0_query.png plain a0_right.png a0_wrong.png",
        "fingerprint 4b4b4b4b4b4b",
    ):
        assert fragment in words, fragment


def test_what_is_given_is_shown_and_not_obeyed() -> None:
    reader = PageReader(comparison_page(COMPARISONS["hostile"]))
    assert reader.text.count(EVIL) >= 4
    assert "script" not in {tag for tag, _ in reader.tags} and "\x1b" not in reader.text
    assert "50 more are in the JSON" in reader.words


def test_pictures_are_shown_only_where_they_are_given() -> None:
    example = example_comparison()
    assert PageReader(comparison_page(example)).all("img") == []
    case = example.reasons[1].examples[0]
    images = PageReader(comparison_page(example, {case.wrong: np.zeros((8, 4, 3), np.uint8)})).all("img")
    assert [image["alt"] for image in images] == ["plain: wrong: the picture b0_wrong.png"]


def test_what_is_missing_is_left_out() -> None:
    words = {name: PageReader(comparison_page(given)).words for name, given in COMPARISONS.items()}
    assert "Where the labels differ" in words["full"] and "Where the labels differ" not in words["no labels"]
    assert "Why only one of them" not in words["agreeing"]
    assert "Queries that one alone" not in words["agreeing"]


def test_headings_and_tables_can_be_heard() -> None:
    reader = PageReader(comparison_page(example_comparison()))
    assert all(entry.get("scope") in {"row", "col"} for entry in reader.all("th"))
    levels = [int(tag[1]) for tag, _ in reader.tags if tag in {"h1", "h2", "h3"}]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    assert all(svg.get("aria-hidden") == "true" for svg in reader.all("svg") if svg.get("class") == "answers")
