from __future__ import annotations

import numpy as np
import pytest

from attrimeter.figures.drawing.overlay import enlarge_image, fit_size, group_map, overlay_map, overlay_pair
from figures.examples import example_explanation

GREY = np.full((64, 32, 3), 128, dtype=np.uint8)
WEIGHTS = np.array([0.2126, 0.7152, 0.0722])


def test_a_group_map_is_the_sum_of_its_members() -> None:
    explanation = example_explanation()
    members = explanation.group_members["upper colour"]
    expected = np.zeros((16, 8))
    for name in members:
        for row in range(16):
            for column in range(8):
                expected[row, column] += explanation.first.maps[name][row, column]
    np.testing.assert_allclose(group_map(explanation.first, members), expected, rtol=1e-5)


def test_light_rises_with_the_map_so_that_no_colour_vision_is_needed() -> None:
    levels = []
    for level in np.linspace(0, 1, 21):
        flat = np.full((4, 2), level, dtype=np.float32)
        levels.append((overlay_map(GREY, flat, scale=1.0, size=(64, 32)) @ WEIGHTS).mean())
    assert (np.diff(levels)[3:] > 0).all()
    assert levels[-1] > levels[0] + 40


def test_where_the_map_is_empty_the_image_is_grey() -> None:
    picture = overlay_map(GREY, np.zeros((4, 2), dtype=np.float32), scale=0.0, size=(64, 32))
    assert (picture == picture[..., :1]).all()


def test_the_map_lies_where_its_cell_is() -> None:
    attention = np.zeros((8, 4), dtype=np.float32)
    attention[6, 1] = 1
    picture = overlay_map(GREY, attention, scale=1.0, size=(320, 160)).astype(int)
    colourful = picture.max(axis=2) - picture.min(axis=2)
    rows, columns = np.nonzero(colourful > 0.95 * colourful.max())
    assert abs(rows.mean() - 6.5 * 40) < 4
    assert abs(columns.mean() - 1.5 * 40) < 4


def test_a_white_line_runs_at_half_of_the_scale() -> None:
    ramp = np.linspace(0, 1, 8, dtype=np.float32)[:, None].repeat(2, axis=1)
    picture = overlay_map(GREY, ramp, scale=1.0, size=(320, 160))
    white = np.flatnonzero((picture[:, 80] > 250).all(axis=1))
    assert 155 <= white.mean() <= 165
    assert len(white) <= 5


def test_a_level_map_at_half_of_the_scale_has_no_line() -> None:
    picture = overlay_map(GREY, np.full((8, 4), 0.5, dtype=np.float32), scale=1.0, size=(64, 32))
    assert (picture < 250).all(axis=2).all()


def test_light_and_shade_of_the_image_stay_visible_under_the_map() -> None:
    halves = GREY.copy()
    halves[:, 16:] = 220
    picture = overlay_map(halves, np.ones((4, 2), dtype=np.float32), scale=1.0, size=(64, 32)) @ WEIGHTS
    assert picture[:, 24:].mean() > picture[:, :8].mean() + 20


def test_both_images_share_the_scale_of_the_stronger_one() -> None:
    explanation = example_explanation()
    members = explanation.group_members["backpack"]
    maps = [group_map(image, members) for image in (explanation.first, explanation.second)]
    scale = max(m.max() for m in maps)
    pictures = overlay_pair(explanation, "backpack", box=(128, 128))
    for picture, image, attention in zip(
        pictures, (explanation.first, explanation.second), maps, strict=True
    ):
        expected = overlay_map(image.pixels, attention, scale=float(scale), size=(128, 64))
        np.testing.assert_array_equal(picture, expected)


@pytest.mark.parametrize(
    ("shape", "box", "size"),
    [
        ((128, 64), (256, 256), (256, 128)),
        ((400, 800), (200, 200), (100, 200)),
        ((1, 4000), (50, 50), (1, 50)),
    ],
)
def test_a_picture_fits_its_box_in_proportion(
    shape: tuple[int, int], box: tuple[int, int], size: tuple[int, int]
) -> None:
    assert fit_size(np.zeros((*shape, 3), dtype=np.uint8), box=box) == size


def test_enlarging_keeps_a_flat_colour() -> None:
    assert (enlarge_image(GREY, size=(100, 33)) == 128).all()
