"""Hair and hats."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from attrimeter.synthesis.person.anatomy import SKULL_CENTRE, SKULL_RADII
from attrimeter.synthesis.person.headwear import make_hair, make_hat
from attrimeter.synthesis.specification import HAIR_STYLES, HAT_STYLES, Hair, Hat

HAIR = Hair(False, "crop", (30, 20, 10), 1.0, 0.3)


def is_inside(shape, points):
    inside = (((points - shape.start) / shape.scale) ** 2).sum(axis=1) < 1
    for clip in shape.clips:
        value = points @ np.array(clip.normal)
        inside &= (clip.low <= value) & (value <= clip.high)
    return inside


@pytest.mark.parametrize("style", HAIR_STYLES)
def test_long_hair_hangs_lower(style):
    long = style in ("loose", "ponytail")
    shapes = make_hair(replace(HAIR, style=style, long=long), under_hat=False)
    lowest = min(shape.end[1] for shape in shapes)
    assert lowest < 1.45 if long else lowest > 1.6


def test_hair_leaves_the_face_free():
    cap = make_hair(HAIR, under_hat=False)[0]
    eyes = np.array([[side * 0.03, 1.632, 0.092] for side in (-1, 1)])
    crown = np.array([[0.0, 1.744, 0.0], [0.0, 1.64, -0.1]])
    assert not is_inside(cap, eyes).any()
    assert is_inside(cap, crown).all()


@pytest.mark.parametrize("style", HAT_STYLES)
@pytest.mark.parametrize("volume", [1.0, 1.1])
def test_hats_cover_the_hair_above_their_edge(style, volume):
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(4000, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    hair = make_hair(replace(HAIR, style="full", volume=volume), under_hat=True)[0]
    surface = np.array(hair.start) + directions * hair.scale
    seen = surface[is_inside(replace(hair, scale=tuple(1.001 * s for s in hair.scale)), surface)]
    hat = make_hat(Hat(style, (200, 0, 0), (0, 0, 0)))[0]
    above = seen[(seen[:, 1] - 0.30 * seen[:, 2] > 1.70) & (seen[:, 1] > 1.685)]
    assert len(above) > 20
    assert is_inside(hat, above).mean() > 0.95


def test_no_hat():
    assert make_hat(None) == []


def test_hats_are_larger_than_the_skull():
    for style in HAT_STYLES:
        crown = make_hat(Hat(style, (1, 1, 1), (2, 2, 2)))[0]
        assert (np.array(crown.scale) > np.array(SKULL_RADII)).all()
        assert abs(crown.start[1] - SKULL_CENTRE[1]) < 0.05
