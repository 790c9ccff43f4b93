"""From the numbers of an audit to its findings."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from attrimeter.auditing.findings import list_audit_findings
from attrimeter.schemas import SCHEMAS
from attrimeter.values import RetrievalScores, Score
from attrimeter.values.audit import (
    FACT,
    FAULT,
    LEVELS,
    NOTICE,
    Audit,
    CameraBias,
    Disparity,
    ErrorCluster,
    Finding,
    GroupReliance,
)

SCHEMA = SCHEMAS["market1501"]


def score(value: float, half: float = 2.0) -> Score:
    return Score(float(value), float(value - half), float(value + half))


def group(name: str, apart: float = 12.0, alike: float = 2.0, differs: float = 40.0) -> GroupReliance:
    return GroupReliance(
        name, float(differs), score(apart / 2), score(apart), score(alike, 0.3), score(apart - alike, 0.3)
    )


def bias(excess: float, booked: float = 90.0) -> CameraBias:
    return CameraBias(score(10 + excess), score(10), score(excess), booked)


def make(**changes: object) -> Audit:
    s = score(80)
    plain = Audit(
        target="demo",
        target_fingerprint="0" * 64,
        form="counterfactual",
        schema=SCHEMA.name,
        data="persons",
        queries=200,
        gallery=800,
        persons=50,
        pairs=40_000,
        retrieval=RetrievalScores(s, s, s, s, s, 200, 0),
        groups=tuple(group(name) for name in SCHEMA.groups),
        other=score(35),
        cameras=(),
        camera_bias=bias(2),
        person_groups=(),
        disparities=(),
        wrong=0,
        clusters=(),
        findings=(),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def findings(**changes: object) -> tuple[Finding, ...]:
    audit = make(**changes)
    return list_audit_findings(audit, SCHEMA, predicts_changes=audit.form == "counterfactual")


def with_group(**changed: GroupReliance) -> tuple[GroupReliance, ...]:
    return tuple(changed.get(name.replace(" ", "_"), group(name)) for name in SCHEMA.groups)


def test_a_sound_model_is_not_accused() -> None:
    found = findings()
    assert found[0].subject == "none" and "2 percent points" in found[0].text
    assert not [finding for finding in found if finding.level == FAULT]


def test_over_reliance_comes_first_and_names_the_attribute() -> None:
    found = findings(groups=with_group(backpack=group("backpack", apart=75)))
    assert (found[0].level, found[0].subject) == (FAULT, "backpack")
    assert "75 % (73 to 77)" in found[0].text and "none" not in [finding.subject for finding in found]


def test_a_share_that_may_be_a_half_by_chance_is_no_fault() -> None:
    assert findings(groups=with_group(upper_colour=group("upper colour", apart=51.5)))[0].level == FACT


def test_a_camera_shortcut_is_named_by_what_the_ledger_books() -> None:
    first = findings(camera_bias=bias(40))[0]
    assert first.level == FAULT and "camera or background" in first.title and "90 %" in first.text
    worn = findings(camera_bias=bias(40, booked=20.0))[0]
    assert worn.level == FAULT and "background" not in worn.title
    unknown = findings(camera_bias=bias(40, booked=math.nan))[0]
    assert "nan" not in unknown.text
    between = findings(camera_bias=bias(21, booked=140.0))  # 19 to 23
    assert between[0].level == FACT
    assert (between[1].level, between[1].subject) == (NOTICE, "cameras") and "All of what" in between[1].text


def test_causes_come_before_what_they_cause() -> None:
    flat = {name: group(name, apart=2, alike=2) for name in ("hat", "hair")}
    heavy = {"backpack": group("backpack", apart=95), "bag": group("bag", apart=60)}
    found = findings(groups=with_group(**flat, **heavy), camera_bias=bias(25))
    assert [f.subject for f in found if f.level == FAULT] == ["cameras", "backpack", "bag", "the head"]


def test_a_region_of_which_nothing_counts_is_a_fault_and_a_single_group_a_notice() -> None:
    flat = {
        name: group(name.replace("_", " "), apart=2, alike=2) for name in ("lower_colour", "length", "type")
    }
    first = findings(groups=with_group(**flat))[0]
    assert (first.level, first.subject) == (FAULT, "the lower body")
    nothing = tuple(group(name, apart=2, alike=2) for name in SCHEMA.groups)
    title = "Blind to the head, the upper body and the lower body"
    assert [f.title for f in findings(groups=nothing) if f.level == FAULT] == [title]
    found = findings(groups=with_group(length=flat["length"]))
    assert found[0].level == FACT
    assert [finding.subject for finding in found if finding.level == NOTICE] == ["length"]


def test_what_is_ignored_by_a_weak_account_is_doubted() -> None:
    audit = make(
        groups=with_group(length=group("length", apart=2, alike=2), bag=group("bag", apart=2, alike=2))
    )
    texts = [
        next(
            f.text
            for f in list_audit_findings(audit, SCHEMA, predicts_changes=True, weak=weak)
            if f.level == NOTICE
        )
        for weak in ((), ("bag", "hat"))
    ]
    assert "weak" not in texts[0] and "Of bag the interpreter's attribution is weak" in texts[1]


def test_forms_that_book_whole_cells_are_not_asked_what_is_ignored() -> None:
    flat = tuple(group(name, apart=2, alike=2) for name in SCHEMA.groups)
    assert not [f for f in findings(groups=flat, form="exact") if f.level != FACT]


def test_rare_differences_are_not_called_ignored() -> None:
    rare = group("hat", apart=2, alike=2, differs=1)
    assert all("hat" not in finding.subject for finding in findings(groups=with_group(hat=rare)))


def test_unequal_groups_of_persons() -> None:
    apart = Disparity("gender", "female", "male", score(-9, 3), score(-12, 3))
    (found,) = [f for f in findings(disparities=(apart,)) if f.level == NOTICE]
    assert found.title == "Finds 'female' less well" and "9.0 points" in found.text
    by_chance = Disparity("gender", "female", "male", score(-9, 10), score(-12, 13))
    small = Disparity("gender", "female", "male", score(-3, 1), score(-2, 1))
    assert not [f for f in findings(disparities=(by_chance, small)) if f.level == NOTICE]


def test_wrong_matches_and_other() -> None:
    cluster = ErrorCluster(("same upper colour", "backpack missed"), 62, 31.0, {}, ())
    rest = ErrorCluster((), 78, 78.0, {}, ())
    found = findings(clusters=(cluster, rest), wrong=140, other=score(70))
    texts = {finding.subject: finding.text for finding in found}
    assert "62 of 140 wrong matches of rank 1: same upper colour, backpack missed" in texts["errors"]
    assert "70 % (68 to 72)" in texts["other"]
    assert "errors" not in {finding.subject for finding in findings(clusters=(rest,), wrong=78)}


@pytest.mark.parametrize("missing", ["camera_bias"])
def test_one_camera(missing: str) -> None:
    assert "could not be compared" in findings(**{missing: None})[0].text


def test_an_interpreter_whose_numbers_cancel_is_not_believed() -> None:
    wild = group("hat", apart=-400)
    found = findings(groups=with_group(hat=wild, backpack=group("backpack", apart=90)), other=score(290))
    assert (found[0].level, found[0].subject) == (FAULT, "interpreter")
    assert "backpack" not in {finding.subject for finding in found}


def test_order_of_levels() -> None:
    found = findings(groups=with_group(backpack=group("backpack", apart=75)), other=score(70))
    ranks = [LEVELS.index(finding.level) for finding in found]
    assert ranks == sorted(ranks)


def test_unknown_numbers_accuse_nobody() -> None:
    nan = Score(math.nan, math.nan, math.nan)
    unlabelled = tuple(GroupReliance(name, math.nan, score(5), nan, nan, nan) for name in SCHEMA.groups)
    found = findings(groups=unlabelled, camera_bias=None)
    assert [finding.level for finding in found] == [FACT] * len(found)
