from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attrimeter.errors import ImageError
from attrimeter.pixels import read_mask, write_image
from pixels.picture_bytes import orientation_tag, save, turned
from pixels.raw_png import make_png

LABELS = np.arange(20 * 12, dtype=np.uint8).reshape(20, 12)


def test_labels_come_back(tmp_path: Path) -> None:
    write_image(tmp_path / "m.png", LABELS)
    mask = read_mask(tmp_path / "m.png")
    assert mask.dtype == np.uint8
    np.testing.assert_array_equal(mask, LABELS)


def test_pictures_and_lossy_or_shallow_masks_are_refused(tmp_path: Path) -> None:
    Image.new("RGB", (12, 20)).save(tmp_path / "rgb.png")
    Image.fromarray(LABELS).save(tmp_path / "lossy.jpg")
    Image.fromarray(LABELS).convert("1").save(tmp_path / "bits.png")
    Image.new("I;16", (12, 20)).save(tmp_path / "deep.png")
    (tmp_path / "four.png").write_bytes(make_png(12, 20, bits=4, colours=1))
    assert Image.open(tmp_path / "four.png").mode == "L", "Pillow would scale its labels by 17"
    for name in ("rgb.png", "lossy.jpg", "bits.png", "deep.png", "four.png"):
        with pytest.raises(ImageError, match="8-bit single-channel PNG"):
            read_mask(tmp_path / name)


def test_missing_mask(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="There is no image"):
        read_mask(tmp_path / "m.png")


def test_a_mask_has_the_size_of_its_picture(tmp_path: Path) -> None:
    """Of the upright picture: this one is stored on its side."""
    (tmp_path / "a.jpg").write_bytes(save(turned(6), "JPEG", exif=orientation_tag(6)))
    write_image(tmp_path / "m.png", LABELS)
    np.testing.assert_array_equal(read_mask(tmp_path / "m.png", of=tmp_path / "a.jpg"), LABELS)
    write_image(tmp_path / "m.png", np.ascontiguousarray(LABELS.T))
    with pytest.raises(
        ImageError, match=r"m.png has 12 x 20 labels, but its picture .*a.jpg has 20 x 12 pixels"
    ):
        read_mask(tmp_path / "m.png", of=tmp_path / "a.jpg")
