from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image

from attrimeter.figures.drawing.pictures import view_file, view_pixels

BOX = (288, 192)


def test_a_picture_is_shown_only_if_it_is_given() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, size=(64, 32, 3), dtype=np.uint8)
    shown = view_file("query", Path("a/b.png"), {Path("a/b.png"): pixels}, box=BOX)
    assert shown.source is not None and shown.ratio == 0.5 and shown.name == "b.png"
    content = base64.b64decode(shown.source.split(",")[1])
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(content))), pixels)
    missing = view_file("query", Path("b.png"), {Path("a/b.png"): pixels}, box=BOX)
    assert missing.source is None and missing.name == "b.png" and shown.part == missing.part == "query"


def test_a_large_picture_is_made_smaller() -> None:
    large = np.zeros((1200, 400, 3), dtype=np.uint8)
    shown = view_file("query", Path("x"), {Path("x"): large}, box=BOX)
    assert shown.source is not None
    content = base64.b64decode(shown.source.split(",")[1])
    assert Image.open(io.BytesIO(content)).size == (96, 288)
    assert view_pixels(large, "a wall", box=(2000, 2000)).alternative == "a wall"
