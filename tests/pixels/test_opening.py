from __future__ import annotations

import sys
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attrimeter.errors import ImageError
from attrimeter.pixels import MAX_PIXELS, MIN_SIDE
from attrimeter.pixels.opening import open_picture, orientation_of


def save(path: Path, *, size: tuple[int, int] = (12, 20), **options: object) -> Path:
    Image.new("RGB", size, (200, 10, 30)).save(path, **options)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ImageError) as caught, open_picture(path) as picture:
        picture.load()
    text = str(caught.value)
    assert str(path) in text
    assert "\n" not in text
    return text


def test_missing_file(tmp_path: Path) -> None:
    assert "There is no image" in refusal(tmp_path / "none.jpg")


def test_folder(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)


def test_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.touch()
    assert "the file is empty" in refusal(path)


def test_text_named_as_image(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_text("this is a note, not a picture")
    assert "is not an image" in refusal(path)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp"])
def test_truncated_file(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 32, 3), dtype=np.uint8)
    path = tmp_path / f"a{suffix}"
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "replace the file" in refusal(path) or "is not an image" in refusal(path)


def test_damaged_bytes_never_raise_anything_but_image_error(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 256, (32, 16, 3), dtype=np.uint8)
    refused = 0
    for suffix in (".jpg", ".png", ".tif", ".webp", ".ppm", ".bmp"):
        path = tmp_path / f"a{suffix}"
        Image.fromarray(noise).save(path)
        whole = np.frombuffer(path.read_bytes(), dtype=np.uint8)
        for _ in range(40):
            damaged = whole.copy()
            damaged[rng.integers(0, min(len(damaged), 200), 6)] = rng.integers(0, 256, 6)
            path.write_bytes(damaged.tobytes())
            try:
                with open_picture(path) as picture:
                    orientation_of(picture)
                    picture.load()
            except ImageError:
                refused += 1
    assert refused > 50


def test_smallest_side(tmp_path: Path) -> None:
    with open_picture(save(tmp_path / "a.png", size=(MIN_SIDE, MIN_SIDE))) as picture:
        assert picture.size == (MIN_SIDE, MIN_SIDE)
    assert "1 x 1 pixels" in refusal(save(tmp_path / "b.png", size=(1, 1)))
    assert "larger crop" in refusal(save(tmp_path / "c.png", size=(MIN_SIDE - 1, 100)))


@pytest.mark.parametrize("height", [MAX_PIXELS // 5000 + 1, 20_000, 60_000])
def test_bomb_is_refused_from_its_header(tmp_path: Path, height: int) -> None:
    """The body is missing: an answer about the size shows that nothing was decoded."""
    path = tmp_path / "bomb.ppm"
    path.write_bytes(b"P6\n5000 %d\n255\n" % height)
    assert "crop the person out" in refusal(path)


def test_largest_picture_passes_the_header(tmp_path: Path) -> None:
    path = tmp_path / "large.ppm"
    path.write_bytes(b"P6\n5000 %d\n255\n" % (MAX_PIXELS // 5000))
    with open_picture(path) as picture:
        assert picture.size[0] * picture.size[1] == MAX_PIXELS


def test_file_is_closed(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png")
    with open_picture(path) as picture:
        stream = picture.fp
    assert stream is not None and stream.closed


def test_no_warning_leaks(tmp_path: Path) -> None:
    """A picture of 100 million pixels and a broken EXIF block both make Pillow warn."""
    bomb = tmp_path / "bomb.ppm"
    bomb.write_bytes(b"P6\n5000 20000\n255\n")
    exif = save(tmp_path / "a.jpg", exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x05\x00\x12\x01")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        refusal(bomb)
        with open_picture(exif) as picture:
            assert orientation_of(picture) == 1


@pytest.mark.parametrize(("stored", "said"), [(1, 1), (6, 6), (8, 8), (0, 1), (77, 1)])
def test_orientation(tmp_path: Path, stored: int, said: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = stored
    with open_picture(save(tmp_path / "a.jpg", exif=exif)) as picture:
        assert orientation_of(picture) == said


def test_many_threads_leave_the_warning_filters_alone(tmp_path: Path) -> None:
    path = save(tmp_path / "a.jpg")
    before = list(warnings.filters)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def read() -> None:
        for _ in range(100):
            with open_picture(path) as picture:
                orientation_of(picture)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    assert list(warnings.filters) == before
