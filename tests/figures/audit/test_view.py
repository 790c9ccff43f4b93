from __future__ import annotations

import math

import pytest

from attrimeter.figures.audit.view import (
    heat_rows,
    reliance_chart,
    view_clusters,
    view_entries,
    view_findings,
)
from figures.audit_examples import AUDITS, example_audit


def test_findings_keep_their_order_and_unknown_levels_are_facts() -> None:
    views = view_findings(example_audit())
    assert [(view.level, view.word, view.title) for view in views] == [
        (finding.level, finding.level.capitalize(), finding.title) for finding in example_audit().findings
    ]
    hostile = view_findings(AUDITS["hostile"])[1]
    assert hostile.level == "fact" and len(hostile.title) <= 160 and "\x1b" not in hostile.text


def test_the_chart_shows_differing_and_alike_or_the_share_alone() -> None:
    for name, kinds in (("full", ["differs", "alike"]), ("no labels", ["share"])):
        *groups, other = reliance_chart(AUDITS[name]).rows
        assert [row.name for row in groups] == [group.name for group in AUDITS[name].groups]
        assert all([mark.kind for mark in row.marks] == kinds for row in groups)
        assert other.name == "“other”" and [mark.kind for mark in other.marks] == ["other"]


def test_heat_rises_with_the_share_and_frames_the_same_camera() -> None:
    audit = example_audit()
    cells = {}
    for row in heat_rows(audit):
        for gallery, cell in enumerate(row.cells, start=1):
            assert cell is not None
            cells[row.camera, gallery] = cell
    by_share = sorted(audit.cameras, key=lambda pair: pair.shares["other"].value)
    heats = [cells[pair.query, pair.gallery].heat for pair in by_share]
    assert heats == sorted(heats) and heats[0] == 0 and heats[-1] == 0.55
    for pair in audit.cameras:
        cell, share = cells[pair.query, pair.gallery], pair.shares["other"]
        assert cell.value == f"{share.value:.1f}" and cell.interval == f"{share.low:.1f} to {share.high:.1f}"
        assert cell.same == (pair.query == pair.gallery)
    unknown = heat_rows(AUDITS["nothing known"])[0].cells[0]
    assert unknown is not None and (unknown.value, unknown.interval, unknown.heat) == ("–", "", 0)


def test_bars_are_counts_over_the_widest() -> None:
    audit = example_audit()
    for cluster, view in zip(audit.clusters, view_clusters(audit, {}), strict=True):
        assert view.count == pytest.approx(100 * cluster.count / 62, abs=0.01)
        assert (view.expected is None) == math.isnan(cluster.expected)
        assert view.expected is None or view.expected == pytest.approx(100 * cluster.expected / 62, abs=0.01)
        assert [example.pictures[0].name for example in view.examples] == [
            match.query.name for match in cluster.examples
        ]
    assert view_clusters(AUDITS["nothing wrong"], {}) == ()


def test_entries_are_signed_and_the_largest_first() -> None:
    assert view_entries({"a": 1.25, "b": -3.0, "c": math.nan}) == (("b", "−3.0"), ("a", "+1.2"))
