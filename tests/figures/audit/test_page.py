from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from attrimeter.figures.audit.page import audit_page
from attrimeter.figures.audit.words import LABEL_CAUTION, camera_sentences
from figures.audit_examples import AUDITS, EVIL, example_audit
from figures.page_reading import PageReader, outside_needs


@pytest.mark.parametrize("name", AUDITS)
def test_it_is_well_formed_and_needs_nothing_but_itself(name: str) -> None:
    page = audit_page(AUDITS[name])
    reader = PageReader(page)
    assert reader.misnested == [] and outside_needs(page) == []
    assert "nan" not in reader.words and "None" not in reader.words.replace("None of", "")


def test_it_holds_every_number_of_the_audit() -> None:
    audit, words = example_audit(), PageReader(audit_page(example_audit())).words
    for group in audit.groups:
        scores = (group.share, group.share_differs, group.share_alike, group.effect)
        cells = [f"{s.value:.1f} {s.low:.1f} to {s.high:.1f}".replace("-", "−") for s in scores]
        cells[-1] = "+" + cells[-1]
        assert f"{group.name} {' '.join(cells)} {group.differs:.1f}" in words
    assert "“other” 22.2 21.4 to 23.0" in words
    for query in range(1, 5):
        row = [pair.shares["other"].value for pair in audit.cameras if pair.query == query]
        assert f"{query} {' '.join(f'{value:.1f}' for value in row)}" in words
    for pair in audit.cameras:
        assert f"{pair.query}, {pair.gallery} {pair.pairs:,} {pair.distance.value:.1f}" in words
    for group in audit.person_groups:
        assert (
            f"{group.attribute}: {group.words} {group.persons} {group.queries} {group.rank1.value:.1f}"
            in words
        )
    assert "gender: male − female +4.7 0.8 to 8.6 +5.1 −1.2 to 11.4" in words


def test_it_holds_the_findings_the_sentences_and_the_caution() -> None:
    audit, words = example_audit(), PageReader(audit_page(example_audit())).words
    for finding in audit.findings:
        assert f"{finding.title} {finding.text}" in words
    for sentence in (*camera_sentences(audit.camera_bias), LABEL_CAUTION, *audit.notes):
        assert sentence in words
    for fragment in (
        "Fault: the model should not be trusted like this",
        "62 of 140 wrong rank-1 matches: same upper colour, backpack missed",
        "31 expected by chance. On average: backpack +21.4, upper colour +9.3, hair −4.2.",
        "a0_query.png",
        "fingerprint 7e7e7e7e7e7e",
        "“other” is the part of the distance that no attribute carries",
    ):
        assert fragment in words, fragment


def test_pictures_are_shown_only_where_they_are_given() -> None:
    audit = example_audit()
    assert PageReader(audit_page(audit)).all("img") == []
    match = audit.clusters[0].examples[0]
    pictures = {path: np.full((8, 4, 3), 90, np.uint8) for path in (match.query, match.right)}
    images = PageReader(audit_page(audit, pictures)).all("img")
    assert [image["alt"] for image in images] == [
        "query: the picture a0_query.png",
        "the right one: the picture a0_right.png",
    ]


def test_what_is_given_is_shown_and_not_obeyed() -> None:
    reader = PageReader(audit_page(AUDITS["hostile"]))
    assert reader.text.count(EVIL) >= 8
    assert "script" not in {tag for tag, _ in reader.tags} and "\x1b" not in reader.text


def test_what_is_missing_is_said_or_left_out() -> None:
    words = {name: PageReader(audit_page(AUDITS[name])).words for name in AUDITS}
    assert "There are no labels" in words["no labels"]
    assert "Annotated groups of persons" not in words["no labels"]
    assert (
        "All pictures are of one camera" in words["one camera"]
        and "query ↓" in words["full"]
        and "query ↓" not in words["one camera"]
    )
    assert "None of 583 queries finds" in words["nothing wrong"]
    assert "Each bar counts" not in words["nothing wrong"]


def test_tables_and_charts_are_described_to_who_does_not_see_them() -> None:
    reader = PageReader(audit_page(example_audit()))
    regions = [entry for entry in reader.all("div") if entry.get("class") == "scroll"]
    assert regions and all(entry["aria-label"] and entry["tabindex"] == "0" for entry in regions)
    (chart,) = (entry for entry in reader.all("figure") if entry.get("role") == "img")
    assert chart["aria-label"]
    assert all(entry.get("scope") in {"row", "col"} for entry in reader.all("th"))
    levels = [int(tag[1]) for tag, _ in reader.tags if tag in {"h1", "h2", "h3"}]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))
