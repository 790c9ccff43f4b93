from __future__ import annotations

import numpy as np
from scipy.stats import spearmanr

from attrimeter.benchmarking.pixel_order import order_pixels, pixel_importance, random_importance


def slow_bilinear(cells: np.ndarray, height: int, width: int) -> np.ndarray:
    """Pixel by pixel: the four cells whose centres surround the pixel's centre, clamped at the border."""
    h, w = cells.shape
    out = np.zeros((height, width))
    for y in range(height):
        for x in range(width):
            v = min(max((y + 0.5) * h / height - 0.5, 0), h - 1)
            u = min(max((x + 0.5) * w / width - 0.5, 0), w - 1)
            top, left = min(int(v), h - 2), min(int(u), w - 2)
            b, a = v - top, u - left
            out[y, x] = (
                cells[top, left] * (1 - b) * (1 - a)
                + cells[top, left + 1] * (1 - b) * a
                + cells[top + 1, left] * b * (1 - a)
                + cells[top + 1, left + 1] * b * a
            )
    return out


def test_importance_against_a_loop() -> None:
    rng = np.random.default_rng(0)
    maps, contributions = rng.random((2, 3, 4, 2)), rng.normal(size=(2, 3))
    maps[1, 2] = 0  # a group that is seen nowhere
    found = pixel_importance(maps, contributions, (16, 8))
    for picture in range(2):
        expected = np.zeros((16, 8))
        for group in range(3):
            if maps[picture, group].sum() > 0:
                share = maps[picture, group] / maps[picture, group].sum()
                expected += abs(contributions[picture, group]) * slow_bilinear(share, 16, 8)
        np.testing.assert_allclose(found[picture], expected, atol=1e-12)


def test_order_is_from_the_most_important() -> None:
    importance = np.random.default_rng(0).normal(size=(3, 6, 5))
    order = order_pixels(importance, seed=0)
    for picture in range(3):
        ranked = importance[picture].ravel()[order[picture]]
        assert (np.diff(ranked) <= 0).all() and sorted(order[picture]) == list(range(30))


def test_equal_pixels_come_in_random_order() -> None:
    importance = np.zeros((1, 32, 32))
    importance[0, 20, 20] = 1
    order = order_pixels(importance, seed=1)[0]
    assert order[0] == 20 * 32 + 20
    assert abs(spearmanr(order[1:], np.arange(1023)).statistic) < 0.15
    assert (order != order_pixels(importance, seed=2)[0]).any()


def test_random_importance_is_smooth_and_seeded() -> None:
    one = random_importance(3, (64, 32), seed=0)
    np.testing.assert_array_equal(one, random_importance(3, (64, 32), seed=0))
    assert (one != random_importance(3, (64, 32), seed=1)).all()
    neighbours = [np.corrcoef(p[:, 1:].ravel(), p[:, :-1].ravel())[0, 1] for p in one]
    assert min(neighbours) > 0.9
    assert abs(np.corrcoef(one[0].ravel(), one[1].ravel())[0, 1]) < 0.6
