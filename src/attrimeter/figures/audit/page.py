"""An audit as a web page that needs nothing but itself."""

from __future__ import annotations

from attrimeter.figures.audit.tables import (
    camera_matrix,
    camera_table,
    disparity_table,
    group_table,
    person_table,
)
from attrimeter.figures.audit.view import (
    heat_rows,
    reliance_chart,
    view_clusters,
    view_findings,
)
from attrimeter.figures.audit.words import (
    HOW_MADE,
    LABEL_CAUTION,
    OTHER_MEANING,
    camera_sentences,
    has_labels,
    retrieval_sentence,
    size_sentence,
    wrong_sentence,
)
from attrimeter.figures.drawing.pictures import Pictures
from attrimeter.figures.text.page_rendering import render_template
from attrimeter.figures.text.words import cut, printable
from attrimeter.values.audit import Audit


def audit_page(audit: Audit, pictures: Pictures | None = None, *, fragment: bool = False) -> str:
    """A self-contained HTML page for readers with and without the field's terms, light or dark as their
    system is, with no script and no address outside it.

    Args:
        pictures: pixels (uint8, height x width x 3) of the examples by path. No file is ever opened: of what
            is not given, the name of the file is shown.
        fragment: only what a notebook puts inside its own page, with styles of its own.
    """
    return render_template(
        "audit_page",
        fragment=fragment,
        audit=audit,
        target=cut(audit.target),
        notes=[printable(note) for note in audit.notes],
        sizes=size_sentence(audit),
        retrieval=retrieval_sentence(audit),
        findings=view_findings(audit),
        labels=has_labels(audit),
        chart=reliance_chart(audit),
        groups=group_table(audit),
        cameras=camera_matrix(audit).cameras,
        heat=heat_rows(audit),
        camera_sentences=camera_sentences(audit.camera_bias),
        camera_table=camera_table(audit),
        wrong=wrong_sentence(audit),
        clusters=view_clusters(audit, pictures or {}),
        persons=person_table(audit) if audit.person_groups else None,
        disparities=disparity_table(audit) if audit.disparities else None,
        caution=LABEL_CAUTION,
        other_meaning=OTHER_MEANING,
        how_made=HOW_MADE,
    )
