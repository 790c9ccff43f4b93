from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attrimeter.errors import ImageError
from attrimeter.pixels import MIN_SIDE, as_image, read_image
from pixels.picture_bytes import few_colours, join_png, make_tiff, pixels, save, split_png
from pixels.picture_files import READ, REFUSED, expected, whole_file
from pixels.raw_png import make_png

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (20, 12, 3), dtype=np.uint8)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif", ".ppm"])
def test_lossless_files_give_their_pixels(tmp_path: Path, suffix: str) -> None:
    Image.fromarray(PIXELS).save(tmp_path / f"a{suffix}")
    image = read_image(tmp_path / f"a{suffix}")
    assert image.dtype == np.uint8 and image.flags.writeable
    np.testing.assert_array_equal(image, PIXELS)


def test_jpeg_gives_what_pillow_decodes(tmp_path: Path) -> None:
    Image.fromarray(PIXELS).save(tmp_path / "a.jpg")
    np.testing.assert_array_equal(
        read_image(str(tmp_path / "a.jpg")), np.array(Image.open(tmp_path / "a.jpg"))
    )


def test_palette_is_expanded_exactly(tmp_path: Path) -> None:
    few = PIXELS // 128 * 255
    Image.fromarray(few).convert("P", palette=Image.Palette.ADAPTIVE, colors=8).save(tmp_path / "a.png")
    assert Image.open(tmp_path / "a.png").mode == "P"
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), few)


@pytest.mark.parametrize("mode", ["1", "L", "I;16", "LA", "F", "I"])
def test_grey_is_refused(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("a.tif" if mode in {"F", "I"} else "a.png")
    Image.new(mode, (12, 20)).save(path)
    with pytest.raises(ImageError, match=r"is greyscale .* convert it to 8-bit RGB first"):
        read_image(path)


def test_alpha_is_refused(tmp_path: Path) -> None:
    Image.new("RGBA", (12, 20)).save(tmp_path / "rgba.png")
    Image.fromarray(PIXELS).convert("P").save(tmp_path / "palette.png", transparency=3)
    Image.fromarray(PIXELS).save(tmp_path / "key.png", transparency=(0, 0, 0))
    for name in ("rgba", "palette", "key"):
        with pytest.raises(ImageError, match=r"has transparency .* convert it to 8-bit RGB first"):
            read_image(tmp_path / f"{name}.png")


def test_cmyk_is_refused(tmp_path: Path) -> None:
    Image.new("CMYK", (12, 20)).save(tmp_path / "a.jpg")
    with pytest.raises(ImageError, match=r"mode CMYK\) and a ReID target needs RGB; convert"):
        read_image(tmp_path / "a.jpg")


def test_other_colours_are_refused(tmp_path: Path) -> None:
    Image.new("LAB", (12, 20)).save(tmp_path / "a.tif")
    with pytest.raises(ImageError, match="colours of mode LAB"):
        read_image(tmp_path / "a.tif")


def test_16_bit_colours_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(make_png(12, 20, bits=16, colours=3))
    (tmp_path / "a.ppm").write_bytes(b"P6\n12 20\n65535\n" + bytes(12 * 20 * 6))
    for name in ("a.png", "a.ppm"):
        assert Image.open(tmp_path / name).mode == "RGB", "Pillow would drop the low bits silently"
        with pytest.raises(ImageError, match="16 bits per colour"):
            read_image(tmp_path / name)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_undone(tmp_path: Path, orientation: int) -> None:
    """The standard: the tag says where the stored row 0 and column 0 lie in the upright picture."""
    stored = {
        1: PIXELS,
        2: PIXELS[:, ::-1],
        3: PIXELS[::-1, ::-1],
        4: PIXELS[::-1],
        5: PIXELS.swapaxes(0, 1),
        6: PIXELS.swapaxes(0, 1)[::-1],
        7: PIXELS.swapaxes(0, 1)[::-1, ::-1],
        8: PIXELS.swapaxes(0, 1)[:, ::-1],
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.ascontiguousarray(stored)).save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), PIXELS)


def test_nonsense_orientation_is_ignored(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 77
    Image.fromarray(PIXELS).save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), PIXELS)


def test_truncated_image_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, format="JPEG")
    (tmp_path / "a.jpg").write_bytes(buffer.getvalue()[:-200])
    with pytest.raises(ImageError, match="broken or cannot be read"):
        read_image(tmp_path / "a.jpg")


def test_as_image_reads_paths_and_passes_arrays(tmp_path: Path) -> None:
    Image.fromarray(PIXELS).save(tmp_path / "a.png")
    np.testing.assert_array_equal(as_image(tmp_path / "a.png"), PIXELS)
    np.testing.assert_array_equal(as_image(str(tmp_path / "a.png")), PIXELS)
    assert as_image(PIXELS) is PIXELS


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (PIXELS.astype(np.float32), r"float32 of shape \(20, 12, 3\)"),
        (PIXELS[..., 0], r"uint8 of shape \(20, 12\)"),
        (PIXELS.transpose(2, 0, 1), r"uint8 of shape \(3, 20, 12\)"),
        (PIXELS[None], r"uint8 of shape \(1, 20, 12, 3\)"),
        (PIXELS[: MIN_SIDE - 1], "at least 8 pixels on each side"),
        (PIXELS[:0], "at least 8 pixels on each side"),
    ],
)
def test_as_image_refuses_other_arrays(array: np.ndarray, said: str) -> None:
    with pytest.raises(ImageError, match=said):
        as_image(array)


def test_as_image_refuses_other_things() -> None:
    with pytest.raises(ImageError, match="got list"):
        as_image([[1, 2]])  # type: ignore[arg-type]


def test_picture_of_several_frames_gives_its_first(tmp_path: Path) -> None:
    """Phones store a JPEG with a depth map or a preview behind the picture."""
    second = Image.fromarray(255 - PIXELS)
    Image.fromarray(PIXELS).save(tmp_path / "a.jpg", format="MPO", save_all=True, append_images=[second])
    Image.fromarray(PIXELS).save(tmp_path / "b.jpg")
    assert Image.open(tmp_path / "a.jpg").format == "MPO"
    np.testing.assert_array_equal(read_image(tmp_path / "a.jpg"), read_image(tmp_path / "b.jpg"))


@pytest.mark.parametrize("kind", sorted(READ))
def test_every_kind_of_file_gives_its_pixels(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.picture").write_bytes(whole_file(kind))
    np.testing.assert_array_equal(read_image(tmp_path / "a.picture"), expected(kind))


@pytest.mark.parametrize("kind", sorted(REFUSED))
def test_what_a_target_would_not_see_is_refused(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.picture").write_bytes(whole_file(kind))
    with pytest.raises(ImageError) as caught:
        read_image(tmp_path / "a.picture")
    several = any(word in kind for word in ("animated", "two"))
    assert ("several pages" in str(caught.value)) == (several and "GIF" not in kind)


@pytest.mark.parametrize("change", [{"rows_per_strip": 3}, {"tile": 16}, {"planar": True}])
def test_a_tiff_without_some_of_its_blocks_is_refused(tmp_path: Path, change: dict[str, int]) -> None:
    (tmp_path / "a.tif").write_bytes(make_tiff(pixels(), missing=1, **change))  # type: ignore[arg-type]
    with pytest.raises(ImageError, match="does not hold the whole picture"):
        read_image(tmp_path / "a.tif")


def test_colours_that_a_palette_lacks_are_told(tmp_path: Path) -> None:
    chunks = dict(split_png(save(Image.fromarray(few_colours()).quantize(8), "PNG")))
    (tmp_path / "short.png").write_bytes(join_png([*(chunks | {b"PLTE": chunks[b"PLTE"][:9]}).items()]))
    del chunks[b"PLTE"]
    (tmp_path / "none.png").write_bytes(join_png([*chunks.items()]))
    for name, colours in (("short", 3), ("none", 0)):
        with pytest.raises(ImageError, match=f"uses 7 colours of a palette of {colours}"):
            read_image(tmp_path / f"{name}.png")


@pytest.mark.parametrize("compression", ["tiff_adobe_deflate", "jpeg"])
def test_broken_files_say_nothing_on_standard_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], compression: str
) -> None:
    whole = save(pixels(), "TIFF", compression=compression)
    refused = 0
    for at in range(8, len(whole), 7):
        (tmp_path / "a.tif").write_bytes(whole[:at] + b"\xff\0\xff" + whole[at + 3 :])
        try:
            read_image(tmp_path / "a.tif")
        except ImageError:
            refused += 1
    assert refused > 10
    assert capfd.readouterr() == ("", "")
