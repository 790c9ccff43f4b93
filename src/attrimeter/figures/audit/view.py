"""An audit prepared for a page: findings, chart, heat of the camera matrix, wrong matches with pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from attrimeter.figures.audit.tables import camera_matrix
from attrimeter.figures.audit.words import (
    LEVEL_MEANINGS,
    LEVEL_WORDS,
    cluster_title,
    expected_words,
    has_labels,
    known_expected,
)
from attrimeter.figures.drawing.chart import ChartView, Mark, lay_out_chart
from attrimeter.figures.drawing.pictures import Pictures, PictureView, view_file
from attrimeter.figures.text.numerals import format_number
from attrimeter.figures.text.words import cut, largest_entries, printable
from attrimeter.values.audit import LEVELS, Audit, ErrorCluster, Finding, WrongMatch
from attrimeter.values.pair_explanation import OTHER

PICTURE_BOX = (288, 192)
"""Height and width in pixels that a picture may fill in the page."""
_STRONGEST_HEAT = 0.55
_ENTRIES = 3


@dataclass(frozen=True)
class FindingView:
    """A finding: its level as a style and in words, what that means, and what it says."""

    level: str
    word: str
    meaning: str
    title: str
    text: str


@dataclass(frozen=True)
class HeatCell:
    """One share of the camera matrix; ``heat`` from 0 (the smallest share) to 0.55 (the largest)."""

    value: str
    interval: str
    heat: float
    same: bool


@dataclass(frozen=True)
class HeatRow:
    """One query camera."""

    camera: int
    cells: tuple[HeatCell | None, ...]


@dataclass(frozen=True)
class ExampleView:
    """A wrong match: its pictures, and the largest entries of why."""

    pictures: tuple[PictureView, ...]
    because: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ClusterView:
    """Wrong matches that share an explanation (or the rest, which is not ``shared``); ``count`` and
    ``expected`` are percent of the widest bar (``expected`` None where it is not known)."""

    title: str
    shared: bool
    expected_words: str
    count: float
    expected: float | None
    because: tuple[tuple[str, str], ...]
    examples: tuple[ExampleView, ...]


def view_findings(audit: Audit) -> tuple[FindingView, ...]:
    """The findings in their order."""
    return tuple(_view_finding(finding) for finding in audit.findings)


def reliance_chart(audit: Audit) -> ChartView:
    """Where the labels differ and where they are alike; without labels the shares; *other* at the end."""
    labels = has_labels(audit)
    rows: list[tuple[str, list[Mark]]] = []
    for group in audit.groups:
        marks = [Mark("share", group.share)]
        if labels:
            marks = [Mark("differs", group.share_differs), Mark("alike", group.share_alike)]
        rows.append((cut(group.name, 40), marks))
    rows.append((f"“{OTHER}”", [Mark("other", audit.other)]))
    return lay_out_chart(rows)


def heat_rows(audit: Audit) -> tuple[HeatRow, ...]:
    """The matrix of the shares of *other*; None where two cameras were not looked at."""
    matrix = camera_matrix(audit)
    known = [share.value for share in matrix.shares.values() if math.isfinite(share.value)]
    low, high = min(known, default=0.0), max(known, default=0.0)

    def cell(query: int, gallery: int) -> HeatCell | None:
        share = matrix.shares.get((query, gallery))
        if share is None:
            return None
        heat = (share.value - low) / (high - low) if high > low and math.isfinite(share.value) else 0.0
        interval = " to ".join(format_number(end, decimals=1) for end in (share.low, share.high))
        return HeatCell(
            value=matrix.cell(query, gallery),
            interval=interval if math.isfinite(share.low + share.high) else "",
            heat=round(_STRONGEST_HEAT * heat, 3),
            same=query == gallery,
        )

    cameras = matrix.cameras
    return tuple(HeatRow(query, tuple(cell(query, gallery) for gallery in cameras)) for query in cameras)


def view_clusters(audit: Audit, pictures: Pictures) -> tuple[ClusterView, ...]:
    """The clusters in their order, with pictures where they are given."""
    counts = [float(cluster.count) for cluster in audit.clusters]
    expected = [known_expected(cluster.words, cluster.expected) for cluster in audit.clusters]
    widest = max([*counts, *filter(math.isfinite, expected)], default=0.0) or 1.0
    return tuple(_view_cluster(cluster, audit.wrong, widest, pictures) for cluster in audit.clusters)


def view_entries(entries: Mapping[str, float], most: int = _ENTRIES) -> tuple[tuple[str, str], ...]:
    """The largest entries as names and signed numbers."""
    return tuple(
        (cut(name, 40), format_number(value, decimals=1, signed=True))
        for name, value in largest_entries(entries, most)
    )


def _view_finding(finding: Finding) -> FindingView:
    return FindingView(
        level=finding.level if finding.level in LEVELS else LEVELS[-1],
        word=LEVEL_WORDS.get(finding.level, cut(finding.level)),
        meaning=LEVEL_MEANINGS.get(finding.level, ""),
        title=cut(finding.title, 160),
        text=printable(finding.text),
    )


def _view_cluster(cluster: ErrorCluster, wrong: int, widest: float, pictures: Pictures) -> ClusterView:
    expected = known_expected(cluster.words, cluster.expected)
    return ClusterView(
        title=cluster_title(cluster, wrong),
        shared=bool(cluster.words),
        expected_words=expected_words(expected),
        count=round(100 * cluster.count / widest, 2),
        expected=round(100 * expected / widest, 2) if math.isfinite(expected) else None,
        because=view_entries(cluster.because),
        examples=tuple(_view_example(match, pictures) for match in cluster.examples),
    )


def _view_example(match: WrongMatch, pictures: Pictures) -> ExampleView:
    parts = (("query", match.query), ("taken for it", match.wrong), ("the right one", match.right))
    return ExampleView(
        pictures=tuple(view_file(part, path, pictures, box=PICTURE_BOX) for part, path in parts),
        because=view_entries(match.because),
    )
