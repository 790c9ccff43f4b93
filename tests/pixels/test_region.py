from __future__ import annotations

import numpy as np
import pytest

from attrimeter.errors import ImageError
from attrimeter.pixels.region import check_region

IMAGE = np.zeros((6, 4, 3), dtype=np.uint8)


def test_a_weight_per_pixel_is_a_region() -> None:
    check_region(IMAGE, np.linspace(0, 1, 24).reshape(6, 4))


def test_another_shape_is_not() -> None:
    with pytest.raises(ImageError, match="shape 4 x 6, but the picture has 6 x 4 pixels"):
        check_region(IMAGE, np.zeros((4, 6)))


@pytest.mark.parametrize("value", [-0.1, 1.5, np.nan])
def test_nor_are_weights_beyond_one(value: float) -> None:
    with pytest.raises(ImageError, match="between 0 and 1"):
        check_region(IMAGE, np.full((6, 4), value))
