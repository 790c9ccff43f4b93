"""The findings on what audits measured of trained targets; docs/results/audits.md has the commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from attrimeter.auditing.findings import list_audit_findings
from attrimeter.schemas import SCHEMAS
from attrimeter.values import RetrievalScores, Score
from attrimeter.values.audit import FAULT, Audit, CameraBias, GroupReliance

SCHEMA = SCHEMAS["market1501"]
MEASURED = json.loads((Path(__file__).parent / "measured_audits.json").read_text())

FIRST = {
    "place": "cameras",
    "realplace": "cameras",
    "marked": "backpack",
    "head": "the head",
    "lower": "the lower body",
}
"""Planted target -> what its first finding must be about."""


def score(triple: list[float | None]) -> Score:
    return Score(*(float("nan") if value is None else float(value) for value in triple))


def restore(found: dict[str, Any]) -> Audit:
    known = Score(50.0, 40.0, 60.0)
    bias = found["camera_bias"]
    booked = bias["other_share"]
    return Audit(
        target="demo",
        target_fingerprint="",
        form=found["form"],
        schema=SCHEMA.name,
        data="persons",
        queries=200,
        gallery=200,
        persons=50,
        pairs=39_200,
        retrieval=RetrievalScores(known, known, known, known, known, 200, 0),
        groups=tuple(
            GroupReliance(
                name,
                float("nan") if group["differs"] is None else group["differs"],
                *(score(group[kind]) for kind in ("share", "share_differs", "share_alike", "effect")),
            )
            for name, group in found["groups"].items()
        ),
        other=score(found["other"]),
        cameras=(),
        camera_bias=CameraBias(
            *(score(bias[kind]) for kind in ("nearer_same", "nearer_other", "excess")),
            other_share=float("nan") if booked is None else booked,
        ),
        person_groups=(),
        disparities=(),
        wrong=0,
        clusters=(),
        findings=(),
    )


@pytest.mark.parametrize(("name", "subject"), FIRST.items())
def test_the_first_finding_names_the_planted_fault(name: str, subject: str) -> None:
    first = list_audit_findings(restore(MEASURED[name]), SCHEMA, predicts_changes=True)[0]
    assert (first.level, first.subject) == (FAULT, subject)


@pytest.mark.parametrize("name", sorted(set(MEASURED) - set(FIRST)))
def test_nobody_else_is_accused(name: str) -> None:
    findings = list_audit_findings(restore(MEASURED[name]), SCHEMA, predicts_changes=True)
    assert findings[0].subject == "none" and FAULT not in {finding.level for finding in findings}
