from __future__ import annotations

import numpy as np
import pytest

from attrimeter.pixels.lab import lab_to_rgb, rgb_to_lab

# sRGB under D65, as colour tables print them (two decimals).
KNOWN = {
    (255, 255, 255): (100.0, 0.0, 0.0),
    (0, 0, 0): (0.0, 0.0, 0.0),
    (255, 0, 0): (53.24, 80.09, 67.20),
    (0, 255, 0): (87.73, -86.18, 83.18),
    (0, 0, 255): (32.30, 79.19, -107.86),
    (128, 128, 128): (53.59, 0.0, 0.0),
    (255, 255, 0): (97.14, -21.55, 94.48),
}


@pytest.mark.parametrize(("colour", "lab"), KNOWN.items())
def test_known_colours(colour: tuple[int, int, int], lab: tuple[float, float, float]) -> None:
    assert rgb_to_lab(np.array(colour, dtype=np.uint8)) == pytest.approx(lab, abs=0.05)


def test_every_grey_is_neutral_and_lightness_rises() -> None:
    lab = rgb_to_lab(np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1))
    assert np.abs(lab[:, 1:]).max() < 1e-10
    assert (np.diff(lab[:, 0]) > 0).all()


def test_there_and_back_changes_no_pixel() -> None:
    levels = np.array([0, 1, 2, 9, 10, 11, 12, 60, 127, 128, 200, 254, 255], dtype=np.uint8)
    pixels = np.stack(np.meshgrid(levels, levels, levels), axis=-1)
    assert np.array_equal(lab_to_rgb(rgb_to_lab(pixels)), pixels)


def test_what_cannot_be_shown_is_clipped() -> None:
    assert lab_to_rgb(np.array([140.0, 0.0, 0.0])).tolist() == [255, 255, 255]
    assert lab_to_rgb(np.array([-20.0, 0.0, 0.0])).tolist() == [0, 0, 0]
    red, green, _ = lab_to_rgb(np.array([50.0, 120.0, 0.0])).tolist()
    assert (red, green) == (255, 0)
