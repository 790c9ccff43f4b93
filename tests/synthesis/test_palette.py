"""Named colours: every shade keeps its name."""

from __future__ import annotations

import colorsys
from collections import Counter

import numpy as np
import pytest

from attrimeter.synthesis.palette import (
    LOWER_FREQUENCIES,
    PALETTE,
    UPPER_FREQUENCIES,
    choose,
    sample_shade,
    to_linear,
    vary_colour,
)


@pytest.mark.parametrize("name", PALETTE)
def test_shades_stay_in_their_range(name):
    rng = np.random.default_rng(0)
    span = PALETTE[name]
    for _ in range(50):
        hue, saturation, value = colorsys.rgb_to_hsv(*(c / 255 for c in sample_shade(rng, name)))
        assert span.value[0] - 0.01 <= value <= span.value[1] + 0.01
        assert span.saturation[0] - 0.03 <= saturation <= span.saturation[1] + 0.06
        if span.saturation[0] > 0.2:
            centre, half = sum(span.hue) / 2, (span.hue[1] - span.hue[0]) / 2
            assert abs((hue * 360 - centre + 180) % 360 - 180) <= half + 3


def test_ranges_do_not_overlap():
    def overlap(a, b):
        hues = any(a.hue[0] < b.hue[1] + turn and b.hue[0] + turn < a.hue[1] for turn in (-360, 0, 360))
        pairs = ((a.saturation, b.saturation), (a.value, b.value))
        return hues and all(one[0] < two[1] and two[0] < one[1] for one, two in pairs)

    names = list(PALETTE)
    for index, first in enumerate(names):
        for second in names[index + 1 :]:
            assert not overlap(PALETTE[first], PALETTE[second]), (first, second)


@pytest.mark.parametrize("frequencies", [UPPER_FREQUENCIES, LOWER_FREQUENCIES])
def test_choice_follows_the_frequencies(frequencies):
    rng = np.random.default_rng(1)
    counts = Counter(choose(rng, frequencies) for _ in range(5000))
    assert set(frequencies) <= set(PALETTE)
    assert sum(frequencies.values()) == pytest.approx(1)
    for name, frequency in frequencies.items():
        assert counts[name] / 5000 == pytest.approx(frequency, abs=0.025)


def test_varied_colours_stay_near():
    rng = np.random.default_rng(2)
    colours = {vary_colour(rng, (100, 150, 200), 0.1) for _ in range(100)}
    assert len(colours) > 20
    assert all(
        abs(c - o) <= 0.13 * o + 1 for colour in colours for c, o in zip(colour, (100, 150, 200), strict=True)
    )


def test_display_values_are_square_roots():
    np.testing.assert_allclose(255 * np.sqrt(to_linear((0, 100, 255))), [0, 100, 255], rtol=1e-6)
    assert to_linear((1, 2, 3)).dtype == np.float32
