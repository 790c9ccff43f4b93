from __future__ import annotations

import math

import numpy as np
import pytest
from matplotlib.collections import PathCollection

from attrimeter.figures.audit.figure import draw_audit
from attrimeter.figures.drawing.figure_files import render_figure
from figures.audit_examples import AUDITS, example_audit, unlabelled_audit
from figures.figure_reading import colliding_texts, figure_texts, texts_outside


def points(axes) -> list[tuple[float, float]]:  # type: ignore[no-untyped-def]
    return [tuple(c.get_offsets()[0]) for c in axes.collections if isinstance(c, PathCollection)]


@pytest.mark.parametrize("name", AUDITS)
def test_every_text_can_be_read(name: str) -> None:
    figure = draw_audit(AUDITS[name])
    assert colliding_texts(figure) == [] and texts_outside(figure) == []
    assert not any("nan" in text for text in figure_texts(figure))


def test_points_and_intervals_are_the_shares() -> None:
    audit = example_audit()
    axes = draw_audit(audit).axes[0]
    expected = [s for g in audit.groups for s in (g.share_differs, g.share_alike)] + [audit.other]
    assert [x for x, _ in points(axes)] == pytest.approx([score.value for score in expected])
    lines = [line.get_xdata() for line in axes.lines if len(set(line.get_xdata())) == 2]
    ranges = [list(line) for line in lines if list(line) != [0, 1]]
    np.testing.assert_allclose(ranges, [[score.low, score.high] for score in expected])
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        *(g.name for g in audit.groups),
        "“other”",
    ]


def test_without_labels_the_share_of_all_pairs_is_drawn() -> None:
    audit = unlabelled_audit()
    figure = draw_audit(audit)
    expected = [g.share.value for g in audit.groups] + [audit.other.value]
    assert [x for x, _ in points(figure.axes[0])] == pytest.approx(expected)
    assert "labels alike" not in figure_texts(figure)


def test_the_heat_map_is_the_share_of_other_by_camera() -> None:
    audit = example_audit()
    (image,) = (axes.images[0] for axes in draw_audit(audit).axes if axes.images)
    shown = np.asarray(image.get_array())
    for pair in audit.cameras:
        assert shown[pair.query - 1, pair.gallery - 1] == pair.shares["other"].value
    assert not any(axes.images for axes in draw_audit(AUDITS["one camera"]).axes)


def test_bars_are_the_counts_beside_what_chance_would_give() -> None:
    audit = example_audit()
    axes = draw_audit(audit).axes[-1]
    assert [bar.get_width() for bar in axes.patches] == [cluster.count for cluster in audit.clusters]
    known = [cluster.expected for cluster in audit.clusters if math.isfinite(cluster.expected)]
    assert [line.get_xdata()[0] for line in axes.lines] == known


def test_without_wrong_matches_there_is_no_bar() -> None:
    figure = draw_audit(AUDITS["nothing wrong"])
    assert not any(axes.patches for axes in figure.axes)
    assert "None of 583 queries finds somebody else in first place." in figure_texts(figure)


def test_the_same_audit_gives_the_same_bytes() -> None:
    first, second = (render_figure(draw_audit(example_audit()), "svg") for _ in range(2))
    assert first == second


def test_a_large_other_leaves_room_for_the_groups() -> None:
    axes = draw_audit(AUDITS["mostly other"]).axes[0]
    assert axes.get_xlim()[1] < 60 and "97.3" in [text.get_text() for text in axes.texts]
