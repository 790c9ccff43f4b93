"""Occluders."""

from __future__ import annotations

import numpy as np
import pytest

from attrimeter.synthesis.scene.occlusion import DRAWERS, draw_occluder
from attrimeter.synthesis.view import OCCLUDER_KINDS, Occluder, sample_view

OCCLUDERS = [
    view.occluder for view in (sample_view(seed, 1) for seed in range(400)) if view.occluder is not None
]


def test_every_kind_can_be_drawn():
    assert set(DRAWERS) == set(OCCLUDER_KINDS)


@pytest.mark.parametrize("kind", OCCLUDER_KINDS)
def test_occluders_cover_a_part_only(kind):
    shares = []
    for occluder in (o for o in OCCLUDERS if o.kind == kind):
        alpha, colour = draw_occluder(occluder, 128, 64)
        assert alpha.shape == (128, 64)
        assert colour.shape == (128, 64, 3)
        assert alpha.min() >= 0
        assert alpha.max() <= 1
        assert colour.min() >= 0
        shares.append(alpha.mean())
    assert 0.01 < np.mean(shares) < 0.35
    assert max(shares) < 0.5


def test_a_pole_is_where_it_is_said_to_be():
    pole = Occluder("pole", x=0.25, top=0.0, width=0.1, colour=(100, 100, 100), seed=0)
    alpha, _ = draw_occluder(pole, 128, 64)
    columns = alpha.mean(axis=0)
    assert abs((columns * (np.arange(64) + 0.5)).sum() / columns.sum() - 16) < 0.3
    assert columns.sum() == pytest.approx(6.4, abs=0.3)
    assert (alpha == alpha[0]).all()


def test_larger_pictures_show_the_same_shape():
    for occluder in OCCLUDERS[:12]:
        small, _ = draw_occluder(occluder, 64, 32)
        large, _ = draw_occluder(occluder, 128, 64)
        pooled = large.reshape(64, 2, 32, 2).mean(axis=(1, 3))
        assert np.abs(pooled - small).mean() < 0.06
