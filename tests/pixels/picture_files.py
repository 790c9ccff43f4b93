"""Picture files of every kind that people have, and what each must give: its pixels, or a refusal."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from PIL import Image
from tests.pixels.picture_bytes import (
    HEIGHT,
    WIDTH,
    Array,
    _palette,
    _rgb,
    few_colours,
    interlaced_png,
    make_bmp,
    make_tiff,
    orientation_tag,
    pixels,
    png_in_pieces,
    profile,
    save,
    turned,
    ycck_jpeg,
)

SECOND = 255 - pixels()
"""Another picture of the same size, for animations and pages."""

READ: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: save(pixels(), "JPEG", quality=95, subsampling=0),
    "progressive JPEG": lambda: save(pixels(), "JPEG", progressive=True, quality=90),
    "JPEG with profile": lambda: save(pixels(), "JPEG", icc_profile=profile(), quality=80),
    "JPEG with comment": lambda: save(pixels(), "JPEG", comment=b"a comment" * 9, exif=orientation_tag(1)),
    "JPEG with preview": lambda: save(
        pixels(), "MPO", save_all=True, append_images=[Image.fromarray(SECOND)], quality=95
    ),
    "PNG": lambda: save(pixels(), "PNG"),
    "PNG with profile": lambda: save(pixels(), "PNG", icc_profile=profile(), dpi=(72, 72)),
    "interlaced PNG": interlaced_png,
    "PNG in pieces": png_in_pieces,
    **{f"PNG palette of {bits} bits": (lambda bits=bits: _palette(bits)) for bits in (1, 2, 4, 8)},  # type: ignore[misc]
    "BMP": lambda: make_bmp(pixels()),
    "top-down BMP": lambda: make_bmp(pixels(), top_down=True),
    "BMP of 16 bits": lambda: make_bmp(pixels(), bits=16),
    "palette BMP": lambda: save(Image.fromarray(few_colours()).quantize(8), "BMP"),
    "lossless WebP": lambda: save(pixels(), "WEBP", lossless=True),
    "WebP": lambda: save(pixels(), "WEBP", quality=90),
    "TIFF": lambda: save(pixels(), "TIFF"),
    **{
        f"{name} TIFF": (lambda name=name: save(pixels(), "TIFF", compression=name))  # type: ignore[misc]
        for name in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg")
    },
    "palette TIFF": lambda: save(Image.fromarray(few_colours()).quantize(8), "TIFF"),
    "big-endian TIFF": lambda: make_tiff(pixels(), order=">"),
    "TIFF in strips": lambda: make_tiff(pixels(), rows_per_strip=3),
    "tiled TIFF": lambda: make_tiff(pixels(), tile=16),
    "planar TIFF": lambda: make_tiff(pixels(), planar=True),
    "BigTIFF": lambda: make_tiff(pixels(), big=True),
    "PPM": lambda: save(pixels(), "PPM"),
    "PPM in words": lambda: b"P3\n12 20 255\n" + b" ".join(b"%d" % value for value in pixels().ravel()),
    **{
        f"{form} turned {number}": (  # type: ignore[misc]
            lambda form=form, number=number: save(turned(number), form, exif=orientation_tag(number))
        )
        for form in ("PNG", "TIFF")
        for number in range(2, 9)
    },
    "deflated TIFF turned 6": lambda: save(
        turned(6), "TIFF", exif=orientation_tag(6), compression="tiff_adobe_deflate"
    ),
    "WebP turned 6": lambda: save(turned(6), "WEBP", lossless=True, exif=orientation_tag(6)),
}
"""Files that are read."""

LOSSY = frozenset({"progressive JPEG", "JPEG with profile", "JPEG with comment", "WebP", "jpeg TIFF"})

REFUSED: dict[str, Callable[[], bytes]] = {
    "grey JPEG": lambda: save(Image.fromarray(pixels()).convert("L"), "JPEG"),
    "CMYK JPEG": lambda: save(Image.fromarray(pixels()).convert("CMYK"), "JPEG"),
    "YCCK JPEG": ycck_jpeg,
    "PNG of 1 bit": lambda: save(Image.fromarray(pixels()).convert("1"), "PNG"),
    "PNG with alpha": lambda: save(Image.fromarray(pixels()).convert("RGBA"), "PNG"),
    "PNG palette with transparency": lambda: save(
        Image.fromarray(few_colours()).quantize(8), "PNG", transparency=b"\xff\x80\0"
    ),
    "animated PNG": lambda: save(pixels(), "PNG", save_all=True, append_images=[Image.fromarray(SECOND)]),
    "animated WebP": lambda: save(pixels(), "WEBP", save_all=True, append_images=[Image.fromarray(SECOND)]),
    "WebP with alpha": lambda: save(
        np.dstack([pixels(), np.arange(240, dtype=np.uint8).reshape(20, 12)]), "WEBP", lossless=True
    ),
    "TIFF of two pages": lambda: save(
        pixels(), "TIFF", save_all=True, append_images=[Image.fromarray(SECOND)]
    ),
    "deflated TIFF of two pages": lambda: save(
        pixels(), "TIFF", save_all=True, append_images=[Image.fromarray(SECOND)], compression="tiff_deflate"
    ),
    "TIFF of 16 bits": lambda: make_tiff(pixels().astype(np.uint16) * 257),
    "big-endian TIFF of 16 bits": lambda: make_tiff(pixels().astype(np.uint16) * 257, order=">"),
    "fax TIFF": lambda: save(Image.fromarray(pixels()).convert("1"), "TIFF", compression="group4"),
    "LAB TIFF": lambda: save(Image.new("LAB", (WIDTH, HEIGHT)), "TIFF"),
    "PGM": lambda: save(Image.fromarray(pixels()).convert("L"), "PPM"),
    "two PPM in one": lambda: 2 * save(pixels(), "PPM"),
    "PPM of 16 bits": lambda: b"P6\n12 20\n65535\n" + bytes(12 * 20 * 6),
    "GIF": lambda: save(Image.fromarray(few_colours()).quantize(8), "GIF"),
    "animated GIF": lambda: save(pixels(), "GIF", save_all=True, append_images=[Image.fromarray(SECOND)]),
}
"""Files that are refused, each for what a target would not see in it."""


@cache
def whole_file(kind: str) -> bytes:
    """The file of that kind, of :data:`READ` or :data:`REFUSED`."""
    return (READ.get(kind) or REFUSED[kind])()


@cache
def expected(kind: str) -> Array | None:
    """What the file must give; None where it is refused."""
    if kind in REFUSED:
        return None
    if kind in {"palette BMP", "palette TIFF", "PNG palette of 4 bits"}:
        return few_colours()
    if kind in LOSSY or "palette" in kind or "16 bits" in kind or kind.startswith("JPEG"):
        return _rgb(whole_file(kind))
    return pixels()
