from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from attrimeter.benchmarking.curves import (
    FRACTIONS,
    blur_picture,
    curve_rows,
    draw_random_curves,
    score_curves,
)
from attrimeter.benchmarking.pixel_order import order_pixels, pixel_importance
from attrimeter.targets import Target, open_target
from attrimeter.values import Attribution, MeasuredPairs
from benchmarking.measured import measure_pairs


@pytest.fixture(scope="module")
def target(tiny_target_file: Path) -> Target:
    return open_target(tiny_target_file)


@pytest.fixture(scope="module")
def pairs(target: Target) -> MeasuredPairs:
    return measure_pairs(target, kinds={"few": 3, "same": 1}, stream=4, workers=1)


@pytest.fixture(scope="module")
def attribution() -> Attribution:
    rng = np.random.default_rng(0)
    first, second = rng.random((2, 4, 11, 16, 8)) ** 8
    return Attribution("any", False, rng.normal(size=(4, 11)), first, second, 0.1)


def slow_curve(
    target: Target, pairs: MeasuredPairs, attribution: Attribution, row: int, *, deleting: bool
) -> list[float]:
    """One fraction and one pixel at a time."""
    found = []
    for share in FRACTIONS:
        altered = []
        for pictures, maps in (
            (pairs.first, attribution.first_maps),
            (pairs.second, attribution.second_maps),
        ):
            picture = pictures[row]
            blurred = blur_picture(picture)
            importance = pixel_importance(maps[[row]], attribution.contributions[[row]], (128, 64))
            order = order_pixels(importance, seed=0)[0]
            out = picture.copy() if deleting else blurred.copy()
            for pixel in order[: round(share * 128 * 64)]:
                y, x = divmod(int(pixel), 64)
                out[y, x] = blurred[y, x] if deleting else picture[y, x]
            altered.append(out)
        a, b = target.embed_images(altered).astype(float)
        found.append(((a - b) ** 2).sum() / pairs.total[row])
    return found


def test_curves_against_a_loop_over_pixels(
    target: Target, pairs: MeasuredPairs, attribution: Attribution
) -> None:
    scores = score_curves(target, pairs, attribution)
    for curve, deleting in ((scores.deletion, True), (scores.insertion, False)):
        slow = [slow_curve(target, pairs, attribution, row, deleting=deleting) for row in range(3)]
        np.testing.assert_allclose(curve, np.mean(slow, axis=0), rtol=2e-3)


def test_ends_and_areas(target: Target, pairs: MeasuredPairs, attribution: Attribution) -> None:
    scores = score_curves(target, pairs, attribution)
    assert scores.fractions == FRACTIONS
    assert scores.deletion[0] == scores.random_deletion[0] == 1
    assert scores.insertion[-1] == pytest.approx(1, rel=1e-4)
    assert scores.deletion[-1] == pytest.approx(scores.insertion[0], rel=1e-4)
    assert scores.deletion[-1] == pytest.approx(scores.random_deletion[-1], rel=1e-4)

    def area(curve: tuple[float, ...]) -> float:
        steps = range(len(curve) - 1)
        return sum((FRACTIONS[i + 1] - FRACTIONS[i]) * (curve[i] + curve[i + 1]) / 2 for i in steps)

    deletion = area(scores.random_deletion) - area(scores.deletion)
    insertion = area(scores.insertion) - area(scores.random_insertion)
    assert scores.deletion_gain.value == pytest.approx(deletion)
    assert scores.insertion_gain.value == pytest.approx(insertion)
    assert scores.deletion_gain.low <= scores.deletion_gain.value <= scores.deletion_gain.high


def test_random_curves_can_be_shared(target: Target, pairs: MeasuredPairs, attribution: Attribution) -> None:
    random = draw_random_curves(target, pairs)
    assert random.deletion.shape == random.insertion.shape == (3, len(FRACTIONS))
    assert score_curves(target, pairs, attribution, random=random) == score_curves(target, pairs, attribution)
    assert score_curves(target, pairs, attribution, seed=1).random_deletion != tuple(random.deletion.mean(0))


def test_rows_are_different_persons_evenly_spread(pairs: MeasuredPairs) -> None:
    np.testing.assert_array_equal(curve_rows(pairs), [0, 1, 2])
    np.testing.assert_array_equal(curve_rows(pairs, most=2), [0, 2])


def test_no_maps_or_no_different_persons(
    target: Target, pairs: MeasuredPairs, attribution: Attribution
) -> None:
    assert score_curves(target, pairs, replace(attribution, first_maps=None, second_maps=None)) is None
    same = replace(pairs, differs=np.zeros_like(pairs.differs))
    assert score_curves(target, same, attribution) is None
    assert draw_random_curves(target, same).deletion.shape == (0, len(FRACTIONS))


def test_blur_hides_the_person_and_keeps_the_mean() -> None:
    picture = np.zeros((128, 64, 3), dtype=np.uint8)
    picture[40:60, 20:40] = (200, 40, 90)
    picture[::2, ::2] = 255
    soft = blur_picture(picture)
    assert soft.shape == picture.shape and soft.dtype == np.uint8
    np.testing.assert_allclose(soft.mean(axis=(0, 1)), picture.mean(axis=(0, 1)), atol=4)
    assert np.abs(np.diff(soft.astype(int), axis=1)).max() <= 12
