from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, JpegImagePlugin

from attrimeter.errors import ImageError, StorageError
from attrimeter.pixels import read_image, write_image

PIXELS = np.random.default_rng(0).integers(0, 256, (20, 12, 3), dtype=np.uint8)


def test_png_keeps_every_value_and_makes_folders(tmp_path: Path) -> None:
    write_image(tmp_path / "deep" / "er" / "a.PNG", PIXELS)
    np.testing.assert_array_equal(read_image(tmp_path / "deep" / "er" / "a.PNG"), PIXELS)


@pytest.mark.parametrize("suffix", [".jpg", ".jpeg"])
def test_jpeg_is_near(tmp_path: Path, suffix: str) -> None:
    smooth = np.tile(np.linspace(0, 255, 40, dtype=np.uint8)[:, None, None], (1, 24, 3))
    smooth[..., 1] //= 2
    write_image(tmp_path / f"a{suffix}", smooth)
    picture = Image.open(tmp_path / f"a{suffix}")
    assert picture.format == "JPEG" and JpegImagePlugin.get_sampling(picture) == 0
    assert np.abs(read_image(tmp_path / f"a{suffix}").astype(int) - smooth).max() <= 6


def test_same_image_gives_same_bytes(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "a.jpg", "b.jpg"):
        write_image(tmp_path / name, PIXELS)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.jpg").read_bytes() == (tmp_path / "b.jpg").read_bytes()


def test_wrong_suffixes(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"An image is written as .jpeg or .jpg or .png; got a.gif"):
        write_image(tmp_path / "a.gif", PIXELS)
    with pytest.raises(ImageError, match=r"A mask is written as .png; got a.jpg"):
        write_image(tmp_path / "a.jpg", PIXELS[..., 0])


@pytest.mark.parametrize("array", [PIXELS.astype(np.float32), PIXELS[None], PIXELS[..., :2], PIXELS[:0]])
def test_wrong_arrays(tmp_path: Path, array: np.ndarray) -> None:
    with pytest.raises(ImageError, match="Only uint8 arrays"):
        write_image(tmp_path / "a.png", array)
    assert not (tmp_path / "a.png").exists()


def test_unwritable_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="Could not write"):
        write_image(tmp_path / "file" / "a.png", PIXELS)
