from __future__ import annotations

import base64
import io

import jinja2
import numpy as np
import pytest
from PIL import Image

from attrimeter.figures.text.page_rendering import data_uri, png_data_uri, render_template


def test_an_image_survives_as_a_data_address() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 3, 3), dtype=np.uint8)
    address = png_data_uri(pixels)
    assert address.startswith("data:image/png;base64,")
    content = base64.b64decode(address.split(",")[1])
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(content))), pixels)


def test_any_content_can_be_an_address() -> None:
    assert data_uri(b"<svg/>", "image/svg+xml") == "data:image/svg+xml;base64,PHN2Zy8+"


def test_a_missing_value_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render_template("pair_page")
