from __future__ import annotations

import io

import pytest
from rich.console import Console, Group

from attrimeter.figures.audit.text import audit_text, lay_out_findings
from attrimeter.figures.audit.words import LABEL_CAUTION, camera_sentences
from attrimeter.values.audit import Audit, Finding
from figures.audit_examples import AUDITS, EVIL, example_audit


def print_text(audit: Audit) -> str:
    console = Console(file=io.StringIO(), width=80, force_terminal=False)
    console.print(audit_text(audit))
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def words(audit: Audit) -> str:
    return " ".join(print_text(audit).split())


@pytest.mark.parametrize("name", AUDITS)
def test_eighty_columns_hold_everything(name: str) -> None:
    text = print_text(AUDITS[name])
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "nan" not in text and "inf" not in text and "\x1b" not in text


def test_the_findings_stand_first_the_gravest_before_the_others() -> None:
    text = print_text(example_audit())
    lines = [line.split()[0] for line in text.splitlines() if line.strip()]
    assert [word for word in lines if word in {"Fault", "Notice", "Fact"}] == ["Fault", "Notice", "Fact"]
    places = [text.index(part) for part in ("Fault", "Notice", "Fact", "What the model relies on", "Cameras")]
    assert places == sorted(places)
    for finding in example_audit().findings:
        assert finding.title in text and finding.text in text
    assert "Note: These numbers are invented." in text


def test_findings_are_told_apart_by_colour_too() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="standard")
    console.print(audit_text(example_audit()))
    coloured = str(console.file.getvalue())  # type: ignore[attr-defined]
    for colour, word in (("31", "Fault"), ("33", "Notice"), ("36", "Fact")):
        assert f"\x1b[1;{colour}m{word}" in coloured


def test_a_line_of_the_groups_holds_their_scores() -> None:
    lines = print_text(example_audit()).splitlines()
    for group in example_audit().groups:
        line = next(line for line in lines if line.startswith(group.name + " "))
        scores = (group.share, group.share_differs, group.share_alike, group.effect)
        numbers = [f"{score.value:.1f}".replace("-", "−") for score in scores]
        numbers[-1] = "+" + numbers[-1]
        assert line.removeprefix(group.name).split() == [*numbers, f"{group.differs:.1f}"]
    other = next(line for line in lines if line.startswith("“other”"))
    assert other.split() == ["“other”", "22.2"]


def test_the_matrix_holds_the_share_of_every_pair_of_cameras() -> None:
    lines = print_text(example_audit()).splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("camera "))
    assert lines[start].split() == ["camera", "1", "2", "3", "4"]
    shares = {(pair.query, pair.gallery): pair.shares["other"].value for pair in example_audit().cameras}
    for query, line in enumerate(lines[start + 2 : start + 6], start=1):
        assert line.split() == [str(query), *(f"{shares[query, gallery]:.1f}" for gallery in range(1, 5))]
    text = words(example_audit())
    assert all(sentence in text for sentence in camera_sentences(example_audit().camera_bias))


def test_of_many_cameras_the_largest_shares_are_named() -> None:
    audit = AUDITS["many cameras"]
    largest = max(audit.cameras, key=lambda pair: pair.shares["other"].value)
    assert (
        f"15 cameras; the largest: {largest.query}–{largest.gallery}: {largest.shares['other'].value:.1f}"
        in words(audit)
    )


def test_wrong_matches_are_told_with_what_chance_would_give() -> None:
    text = words(example_audit())
    for fragment in (
        "140 of 583 queries (24.0 %) find somebody else in first place.",
        "62 of 140 wrong rank-1 matches: same upper colour, backpack missed (31 expected by chance)",
        "9 of 140 wrong rank-1 matches: same hat (4.3 expected by chance)",
        "36 of 140 wrong rank-1 matches: nothing in common because:",
        "because: backpack +21.4, upper colour +9.3, hair −4.2",
        "e.g. a0_query.png took a0_wrong.png for a0_right.png",
    ):
        assert fragment in text, fragment


def test_annotated_groups_come_with_the_caution() -> None:
    text = words(example_audit())
    assert LABEL_CAUTION in text
    assert "gender: male 81 320 78.1 60.6" in text and "age: child − adult −20.3 –" in text
    assert LABEL_CAUTION not in words(AUDITS["no labels"])


def test_what_is_missing_is_said_or_left_out() -> None:
    assert "Without labels nothing can be said" in words(AUDITS["no labels"])
    assert "All pictures are of one camera" in words(AUDITS["one camera"])
    nothing = words(AUDITS["nothing wrong"])
    assert "None of 583 queries finds somebody else" in nothing and "because" not in nothing


def test_names_are_shown_and_not_obeyed() -> None:
    assert EVIL in print_text(AUDITS["hostile"])


def test_a_finding_of_an_unknown_level_is_shown_with_it() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=False)
    console.print(Group(*lay_out_findings([Finding("rumour", "x", "Title", "One.\nTwo.\x07")])))
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert [line.rstrip() for line in lines] == ["rumour  Title", "  One. Two.?"]
