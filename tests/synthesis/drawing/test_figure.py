"""A person without scene: cover, labels and light agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.schemas import PART_BANDS
from attrimeter.synthesis import specification as spec
from attrimeter.synthesis.drawing.figure import draw_figure
from attrimeter.synthesis.person.primitives import PART_LABELS
from attrimeter.synthesis.person.skeleton import pose_skeleton
from attrimeter.synthesis.sampling import sample_person
from attrimeter.synthesis.view import sample_view

EVERYTHING = replace(
    sample_person(0),
    hat=spec.Hat("cap", (178, 40, 44), (150, 30, 36)),
    hair=spec.Hair(True, "loose", (66, 42, 28), 1.05, 0.34),
    backpack=spec.Backpack((38, 92, 70), (226, 196, 80), 1.0),
    bag=spec.Bag((116, 72, 40), (96, 56, 30), "cross", 1, 1.0),
    handbag=spec.Handbag((150, 40, 90), (240, 214, 200), "tote", -1, 1.0),
)
CALM = replace(sample_view(0, 1), shift_x=0.0, shift_y=0.0, occluder=None)


def draw(person, azimuth, size=(128, 64)):
    view = replace(CALM, azimuth=float(azimuth))
    return draw_figure(person, view, pose_skeleton(view, shoulder=person.gender.shoulder), *size)


@pytest.mark.parametrize("azimuth", range(0, 360, 45))
def test_cover_labels_and_light_agree(azimuth):
    figure = draw(EVERYTHING, azimuth)
    assert set(np.unique(figure.cover * 4)) <= {0, 1, 2, 3, 4}
    assert (figure.labels[figure.cover == 1] > 0).all()
    assert (figure.labels[figure.cover == 0] == 0).all()
    assert (figure.light[figure.cover == 0] == 0).all()
    assert 0.12 < figure.cover.mean() < 0.5


def test_every_part_is_large_enough_to_see_from_some_side():
    counts = np.array(
        [np.bincount(draw(EVERYTHING, a).labels.ravel(), minlength=12) for a in range(0, 360, 30)]
    )
    for name, label in PART_LABELS.items():
        assert counts[:, label].max() > (25 if name in ("face", "hat") else 50), name


@pytest.mark.parametrize("azimuth", [0, 90, 200])
def test_parts_lie_in_their_bands(azimuth):
    labels = draw(EVERYTHING, azimuth).labels
    rows = np.arange(128)[:, None] / 128 * np.ones((1, 64))
    for name, label in PART_LABELS.items():
        where = labels == label
        if where.sum() > 10:
            low, high = PART_BANDS[name]
            assert low - 0.05 < np.median(rows[where]) < high + 0.05, name


def test_front_and_back():
    front, back = (draw(EVERYTHING, azimuth).labels for azimuth in (0, 180))
    face, backpack = PART_LABELS["face"], PART_LABELS["backpack"]
    assert (front == face).sum() > 3 * (back == face).sum()
    assert (back == backpack).sum() > 2.5 * (front == backpack).sum()
    assert (front == backpack).sum() > 30, "straps are seen from the front"


def test_a_larger_picture_shows_the_same_person():
    small, large = draw(EVERYTHING, 30), draw(EVERYTHING, 30, (256, 128))
    pooled = large.cover.reshape(128, 2, 64, 2).mean(axis=(1, 3))
    assert np.abs(pooled - small.cover).mean() < 0.01
