"""Files of one picture, put together byte by byte where no library writes such a kind."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from typing import Any

import numpy as np
from PIL import Image, ImageCms

Array = np.ndarray[Any, np.dtype[Any]]
Chunk = tuple[bytes, bytes]

HEIGHT, WIDTH = 20, 12


@cache
def pixels() -> Array:
    """A picture without any symmetry, smooth enough for lossy formats."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([40 + 9 * rows, 230 - 15 * columns, 60 + 5 * rows + 7 * columns], axis=-1).astype(
        np.uint8
    )


@cache
def few_colours() -> Array:
    """A picture of at most eight colours."""
    return pixels() // 128 * 255


def save(image: Array | Image.Image, form: str, **options: Any) -> bytes:
    written = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(written, form, **options)
    return written.getvalue()


def turned(orientation: int) -> Array:
    """How a camera stores :func:`pixels` under that EXIF orientation."""
    image = pixels()
    sides: dict[int, Array] = {
        1: image,
        2: image[:, ::-1],
        3: image[::-1, ::-1],
        4: image[::-1],
        5: image.swapaxes(0, 1),
        6: image.swapaxes(0, 1)[::-1],
        7: image.swapaxes(0, 1)[::-1, ::-1],
        8: image.swapaxes(0, 1)[:, ::-1],
    }
    return np.ascontiguousarray(sides[orientation])


def orientation_tag(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def join_png(chunks: list[Chunk]) -> bytes:
    """A PNG of these chunks, with their checksums."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def split_png(content: bytes) -> list[Chunk]:
    """The chunks of a whole PNG."""
    chunks, at = [], 8
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4])
        chunks.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + length]))
        at += 12 + length
    return chunks


def interlaced_png() -> bytes:
    """The seven passes of Adam7 over :func:`pixels`."""
    passes = (
        (0, 0, 8, 8),
        (0, 4, 8, 8),
        (4, 0, 8, 4),
        (0, 2, 4, 4),
        (2, 0, 4, 2),
        (0, 1, 2, 2),
        (1, 0, 2, 1),
    )
    rows = b"".join(
        b"\0" + row.tobytes()
        for top, left, down, right in passes
        for row in pixels()[top::down, left::right]
        if row.size
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 1)
    return join_png([(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")])


def png_in_pieces() -> bytes:
    """The same PNG with its pixels in chunks of seven bytes, some of them empty."""
    chunks = split_png(save(pixels(), "PNG"))
    body = b"".join(body for kind, body in chunks if kind == b"IDAT")
    pieces = [(b"IDAT", body[at : at + 7]) for at in range(0, len(body), 7)]
    return join_png([chunks[0], (b"IDAT", b""), *pieces, (b"IDAT", b""), (b"IEND", b"")])


def make_tiff(
    image: Array,
    *,
    order: str = "<",
    rows_per_strip: int = 1000,
    tile: int = 0,
    planar: bool = False,
    big: bool = False,
    missing: int = 0,
) -> bytes:
    """An RGB TIFF without compression: 8 or 16 bits, strips or tiles, either byte order, also BigTIFF; the
    last ``missing`` blocks are not named in it."""
    height, width, bands = image.shape
    planes = [image[..., band : band + 1] for band in range(bands)] if planar else [image]
    blocks: list[bytes] = []
    for plane in planes:
        wide = plane.astype(plane.dtype.newbyteorder(order))
        if tile:
            wide = np.pad(wide, ((0, -height % tile), (0, -width % tile), (0, 0)))
            down, right = range(0, height, tile), range(0, width, tile)
            blocks += [wide[y : y + tile, x : x + tile].tobytes() for y in down for x in right]
        else:
            blocks += [wide[y : y + rows_per_strip].tobytes() for y in range(0, height, rows_per_strip)]
    start = 16 if big else 8
    offsets = [start + sum(map(len, blocks[:number])) for number in range(len(blocks))]
    entries: list[tuple[int, int, list[int]]] = [
        (256, 4, [width]),
        (257, 4, [height]),
        (258, 3, [8 * image.dtype.itemsize] * bands),
        (259, 3, [1]),
        (262, 3, [2]),
        (324 if tile else 273, 4, offsets[: len(blocks) - missing]),
        (277, 3, [bands]),
        *([] if tile else [(278, 4, [min(rows_per_strip, height)])]),
        (325 if tile else 279, 4, [len(block) for block in blocks][: len(blocks) - missing]),
        (284, 3, [2 if planar else 1]),
        *([(322, 4, [tile]), (323, 4, [tile])] if tile else []),
    ]
    return _join_tiff(sorted(entries), b"".join(blocks), order, big)


def _join_tiff(entries: list[tuple[int, int, list[int]]], blocks: bytes, order: str, big: bool) -> bytes:
    word, room, counter = ("Q", 8, "Q") if big else ("I", 4, "H")
    start = (16 if big else 8) + len(blocks)
    behind = start + struct.calcsize(order + counter) + len(entries) * (20 if big else 12) + room
    directory, values = struct.pack(order + counter, len(entries)), b""
    for tag, kind, numbers in entries:
        data = struct.pack(f"{order}{len(numbers)}{'H' if kind == 3 else 'I'}", *numbers)
        if len(data) > room:
            data, values = struct.pack(order + word, behind + len(values)), values + data
        directory += struct.pack(f"{order}HH{word}", tag, kind, len(numbers)) + data.ljust(room, b"\0")
    mark = b"II" if order == "<" else b"MM"
    head = struct.pack(order + "HHHQ", 43, 8, 0, start) if big else struct.pack(order + "HI", 42, start)
    return mark + head + blocks + directory + struct.pack(order + word, 0) + values


def make_bmp(image: Array, *, top_down: bool = False, bits: int = 24) -> bytes:
    """A BMP of 24 bits a pixel, or of 16 (5 a colour), stored bottom-up or top-down."""
    height, width, _ = image.shape
    if bits == 24:
        rows = [row[:, ::-1].tobytes() for row in image]
    else:
        red, green, blue = np.moveaxis(image.astype(np.uint16) >> 3, -1, 0)
        rows = [row.astype("<u2").tobytes() for row in (red << 10 | green << 5 | blue)]
    padded = [row.ljust((len(row) + 3) // 4 * 4, b"\0") for row in rows]
    body = b"".join(padded if top_down else padded[::-1])
    signed = -height if top_down else height
    information = struct.pack("<IiiHHIIiiII", 40, width, signed, 1, bits, 0, len(body), 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(body), 0, 0, 54) + information + body


def ycck_jpeg() -> bytes:
    """A JPEG of four colours whose Adobe segment says YCCK."""
    content = bytearray(save(Image.fromarray(pixels()).convert("CMYK"), "JPEG"))
    at = content.find(b"Adobe")
    content[at + 11] = 2
    return bytes(content)


@cache
def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _palette(bits: int) -> bytes:
    colours = {1: 2, 2: 4, 4: 8}.get(bits, 200)
    image = few_colours() if bits == 4 else pixels()
    quantised = Image.fromarray(image).quantize(colours, dither=Image.Dither.NONE)
    return save(quantised, "PNG", bits=bits)


def _rgb(content: bytes) -> Array:
    return np.array(Image.open(io.BytesIO(content)).convert("RGB"))
