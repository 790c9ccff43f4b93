from __future__ import annotations

import numpy as np
import pytest

from attrimeter.errors import ImageError
from attrimeter.pixels.infilling import fill_region


def ramp() -> np.ndarray:
    """A picture whose red rises downwards and whose green rises to the right."""
    rows, columns = np.mgrid[0:64, 0:32]
    return np.stack([60 + 2 * rows, 80 + 3 * columns, np.full_like(rows, 90)], axis=-1).astype(np.uint8)


def disc(radius: float) -> np.ndarray:
    rows, columns = np.mgrid[0:64, 0:32]
    return np.clip(radius - np.hypot(rows - 30, columns - 15), 0, 1)


def test_a_blot_gives_way_to_what_lies_around() -> None:
    clean, weight = ramp(), disc(7)
    blotted = clean.copy()
    blotted[weight > 0] = (250, 10, 250)
    filled = fill_region(blotted, weight)
    assert np.array_equal(filled[weight == 0], clean[weight == 0])
    inside = weight == 1
    assert np.abs(filled[inside].astype(int) - clean[inside]).mean() < 8
    # No trace of the blot: whatever its colour, the fill is the same.
    blotted[weight > 0] = (0, 255, 0)
    assert np.array_equal(fill_region(blotted, weight)[inside], filled[inside])


def test_a_plain_surrounding_goes_on_exactly() -> None:
    image = np.full((64, 32, 3), (40, 120, 200), dtype=np.uint8)
    image[25:35, 10:20] = 0
    weight = np.zeros((64, 32))
    weight[25:35, 10:20] = 1
    assert np.abs(fill_region(image, weight).astype(int) - (40, 120, 200)).max() <= 1


def test_the_fill_is_smooth_and_meets_its_neighbours() -> None:
    image = np.zeros((64, 32, 3), dtype=np.uint8)
    image[:, 16:] = 200
    weight = np.zeros((64, 32))
    weight[20:44, 8:24] = 1
    filled = fill_region(image, weight)[20:44, 8:24, 0].astype(int)
    assert filled[:, 0].max() < 50 and filled[:, -1].min() > 150
    assert np.abs(np.diff(filled, axis=0)).max() < 60  # the sides differ by 200


def test_half_a_weight_blends_by_half() -> None:
    image = np.full((32, 32, 3), 100, dtype=np.uint8)
    image[12:20, 12:20] = 200
    weight = np.zeros((32, 32))
    weight[12:20, 12:20] = 0.5
    assert np.abs(fill_region(image, weight)[12:20, 12:20].astype(int) - 150).max() <= 1


def test_nothing_to_fill_and_nothing_to_fill_from() -> None:
    image = ramp()
    filled = fill_region(image, np.zeros((64, 32)))
    assert np.array_equal(filled, image) and filled is not image
    with pytest.raises(ImageError, match="covers the whole picture"):
        fill_region(image, np.ones((64, 32)))
