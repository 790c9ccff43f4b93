"""An audit for the terminal: the findings first, then what they rest on."""

from __future__ import annotations

import math
from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.text import Text

from attrimeter.figures.audit.tables import (
    CameraMatrix,
    camera_matrix,
    disparity_table,
    group_table,
    person_table,
)
from attrimeter.figures.audit.words import (
    LABEL_CAUTION,
    LEVEL_WORDS,
    camera_sentences,
    cluster_title,
    expected_words,
    has_labels,
    known_expected,
    retrieval_sentence,
    size_sentence,
    wrong_sentence,
)
from attrimeter.figures.tables.layout import QUIET, indented, lay_out_table, section
from attrimeter.figures.tables.view import Cell, Row, TableView
from attrimeter.figures.text.words import cut, entry_words, printable
from attrimeter.values.audit import FACT, FAULT, NOTICE, Audit, ErrorCluster, Finding

_MOST_CAMERAS = 12
"""Cameras in a matrix of 80 columns; of more, only the pairs with the largest share are listed."""
_LISTED = 10
_CAMERA = 6
"""The widest that the column of cameras grows."""
_LEVEL_STYLES = {FAULT: "bold red", NOTICE: "bold yellow", FACT: "bold cyan"}


def audit_text(audit: Audit) -> RenderableType:
    """The findings in words, then groups, cameras, wrong matches and annotated groups, for 80 columns."""
    parts: list[RenderableType] = [
        Text(f"Audit of {cut(audit.target)}", style="bold"),
        Text(
            f"{size_sentence(audit)}; {cut(audit.form)} form, attributes of {cut(audit.schema)}", style=QUIET
        ),
        Text(""),
        *lay_out_findings(audit.findings),
    ]
    if audit.notes:
        parts += [Text(""), *(Text(f"Note: {printable(note)}", style="yellow") for note in audit.notes)]
    parts += [Text(""), Text(retrieval_sentence(audit))]
    parts += lay_out_table(group_table(audit))
    if not has_labels(audit):
        parts.append(Text("Without labels nothing can be said of where they differ.", style=QUIET))
    parts += _cameras(audit)
    parts += _wrong_matches(audit)
    parts += _annotated_groups(audit)
    return Group(*parts)


def _cameras(audit: Audit) -> list[RenderableType]:
    matrix = camera_matrix(audit)
    parts = section("Cameras: share of “other” between different persons, in percent")
    if len(matrix.cameras) > _MOST_CAMERAS:
        parts.append(_largest_shares(matrix))
    elif len(matrix.cameras) > 1:
        parts += lay_out_table(_matrix_table(matrix), names=_CAMERA)
    return [*parts, *(Text(sentence) for sentence in camera_sentences(audit.camera_bias))]


def _matrix_table(matrix: CameraMatrix) -> TableView:
    return TableView(
        title="",
        columns=("camera", *map(str, matrix.cameras)),
        rows=tuple(
            Row(str(query), tuple(Cell(matrix.cell(query, gallery)) for gallery in matrix.cameras))
            for query in matrix.cameras
        ),
        caption="rows: camera of the query; columns: of the gallery",
    )


def _largest_shares(matrix: CameraMatrix) -> Text:
    known = [(share.value, cameras) for cameras, share in matrix.shares.items() if math.isfinite(share.value)]
    largest = sorted(known, key=lambda entry: (-entry[0], entry[1]))[:_LISTED]
    words = ", ".join(f"{query}–{gallery}: {value:.1f}" for value, (query, gallery) in largest)
    return Text(f"{len(matrix.cameras)} cameras; the largest: {words or 'none is known'}")


def _wrong_matches(audit: Audit) -> list[RenderableType]:
    parts = [*section("Wrong matches of rank 1"), Text(wrong_sentence(audit))]
    for cluster in audit.clusters:
        parts += _cluster(cluster, audit.wrong)
    if audit.clusters:
        parts.append(
            Text(
                "because: how much farther the group sets the right picture than the wrong one, in percent "
                "of the distance of the wrong one",
                style=QUIET,
            )
        )
    return parts


def _cluster(cluster: ErrorCluster, wrong: int) -> list[RenderableType]:
    line = Text(cluster_title(cluster, wrong), style="bold")
    expected = expected_words(known_expected(cluster.words, cluster.expected))
    if expected:
        line.append(f" ({expected})", style="not bold")
    parts: list[RenderableType] = [line]
    because = entry_words(cluster.because)
    if because:
        parts.append(indented(Text(f"because: {because}")))
    for match in cluster.examples[:1]:
        names = (cut(path.name, 40) for path in (match.query, match.wrong, match.right))
        words = "e.g. {} took {} for {}".format(*names)
        parts.append(indented(Text(words, style=QUIET)))
    return parts


def _annotated_groups(audit: Audit) -> list[RenderableType]:
    if not audit.person_groups:
        return []
    parts = lay_out_table(person_table(audit, shares=False))
    if audit.disparities:
        parts += lay_out_table(disparity_table(audit))
    return [*parts, Text(LABEL_CAUTION, style=QUIET)]


def lay_out_findings(findings: Iterable[Finding]) -> list[RenderableType]:
    """The findings in their order: level and title in a line, the text indented below."""
    parts: list[RenderableType] = []
    for finding in findings:
        line = Text(LEVEL_WORDS.get(finding.level, cut(finding.level)))
        line.stylize(_LEVEL_STYLES.get(finding.level, ""))
        parts.append(line.append(f"  {cut(finding.title, 120)}", style="bold"))
        parts.append(indented(Text(printable(finding.text))))
    return parts
