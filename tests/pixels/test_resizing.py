from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from attrimeter.errors import SettingsError
from attrimeter.pixels import resize_image

PIXELS = np.random.default_rng(0).integers(0, 256, (20, 12, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", [(256, 128), (9, 30), (20, 12), (1, 1)])
@pytest.mark.parametrize(
    ("interpolation", "filter_"), [("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC)]
)
def test_is_exactly_pillow(size: tuple[int, int], interpolation: str, filter_: int) -> None:
    expected = np.array(Image.fromarray(PIXELS).resize(size[::-1], filter_))
    resized = resize_image(PIXELS, size=size, interpolation=interpolation)
    assert resized.shape == (*size, 3)
    np.testing.assert_array_equal(resized, expected)


def test_bilinear_by_hand() -> None:
    """Twice as wide: each new pixel lies a quarter of a pixel beside an old one."""
    row = np.zeros((1, 2, 3), dtype=np.uint8)
    row[0, 1] = 200
    assert resize_image(row, size=(1, 4), interpolation="bilinear")[0, :, 0].tolist() == [0, 50, 150, 200]


def test_same_size_is_a_copy_that_can_be_written() -> None:
    copy = resize_image(PIXELS, size=(20, 12), interpolation="bilinear")
    copy[0, 0] = 255 - copy[0, 0]
    assert not np.array_equal(copy, PIXELS)


def test_views_are_resized_like_copies() -> None:
    mirrored = PIXELS[:, ::-1]
    np.testing.assert_array_equal(
        resize_image(mirrored, size=(30, 30), interpolation="bicubic"),
        resize_image(mirrored.copy(), size=(30, 30), interpolation="bicubic"),
    )


def test_unknown_interpolation_and_size() -> None:
    with pytest.raises(SettingsError, match="'nearest' is not known; choose bilinear or bicubic"):
        resize_image(PIXELS, size=(4, 4), interpolation="nearest")
    with pytest.raises(SettingsError, match="0 x 4"):
        resize_image(PIXELS, size=(0, 4), interpolation="bilinear")
