"""What happens to picture files: to any, to what PNG chunks say, and to the metadata of JPEG."""

from __future__ import annotations

import random
import struct
import zlib

from tests.campaigns.damages import Damage, cut_off, flip_bits, random_place
from tests.pixels.picture_bytes import join_png, split_png


def _append(dice: random.Random, content: bytearray) -> bytearray:
    return content + dice.choice((bytes(500), dice.randbytes(100), b"\xff\xd9", b"\0" + bytes(content)))


def _fill(dice: random.Random, content: bytearray) -> bytearray:
    at, count = random_place(dice, content), dice.choice((2, 8, 64))
    content[at : at + count] = dice.choice((bytes(count), b"\xff" * count, dice.randbytes(count)))
    return content


def _double(dice: random.Random, content: bytearray) -> bytearray:
    at = random_place(dice, content)
    content[at:at] = content[at : at + dice.choice((1, 12, 100))]
    return content


def _drop(dice: random.Random, content: bytearray) -> bytearray:
    at = random_place(dice, content)
    del content[at : at + dice.choice((1, 4, 50))]
    return content


def _put_number(dice: random.Random, content: bytearray) -> bytearray:
    """Overwrite a number near the head, or anywhere: sizes, counts, addresses, bits."""
    at = random_place(dice, content[: dice.choice((40, 80, len(content)))])
    width, order = dice.choice((2, 4)), dice.choice("<>")
    number = dice.choice((0, 1, 7, 255, 4096, 5000, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1))
    content[at : at + width] = struct.pack(f"{order}I", number)[:width]
    return content


def _png_body(dice: random.Random, content: bytearray) -> bytearray:
    """Damage what a chunk says and give it a checksum that fits, so that the decoder meets it."""
    chunks = split_png(bytes(content))
    if not chunks:
        return content
    number = random_place(dice, bytearray(len(chunks)))
    kind, body = chunks[number]
    if kind == b"IDAT" and dice.random() < 0.5:
        try:
            body = zlib.compress(bytes(_damage_body(dice, bytearray(zlib.decompress(body)))))
        except zlib.error:
            body = b""
    else:
        body = bytes(_damage_body(dice, bytearray(body)))
    chunks[number] = (kind, body)
    return bytearray(join_png(chunks))


def _damage_body(dice: random.Random, body: bytearray) -> bytearray:
    return dice.choice((flip_bits, flip_bits, cut_off, _append, _fill))(dice, body)


def _png_chunk(dice: random.Random, content: bytearray) -> bytearray:
    """Put in a chunk of a hostile kind: texts and profiles that unpack to much, garbage, many of them."""
    zeros = zlib.compress(bytes(2**24), 1)
    hostile: list[list[tuple[bytes, bytes]]] = [
        [(b"zTXt", b"Comment\0\0" + zeros)],
        [(b"iTXt", b"Comment\0\1\0\0\0" + zeros)],
        [(b"iCCP", b"profile\0\0" + zeros)],
        [(b"iCCP", b"profile\0\0" + dice.randbytes(50))],
        [(b"eXIf", dice.randbytes(60))],
        [(b"eXIf", b"II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, 0x8769, 4, 1, 8) + b"\x08\0\0\0")],
        [(b"tEXt", b"Raw profile type exif\0\nexif\n9\nnothing")],
        [(b"tEXt", b"XML:com.adobe.xmp\0" + b'tiff:Orientation="6"' * 3)],
        [(b"tEXt", bytes(2**21))],
        [(b"pHYs", b"\0")],
        [(b"gAMA", b""), (b"cHRM", b"\1"), (b"sRGB", b"")],
        [(b"tIME", b"1" * 7)] * 20_000,
        [(b"acTL", struct.pack(">II", 2**31, 0))],
        [(b"\0\xff\n\x1b", b"x")],
    ]
    chunks = split_png(bytes(content))
    at = dice.choice((1, max(1, len(chunks) - 1)))
    return bytearray(join_png([*chunks[:at], *dice.choice(hostile), *chunks[at:]]))


def _wrong_checksum(dice: random.Random, content: bytearray) -> bytearray:
    chunks = split_png(bytes(content))
    if chunks:
        number = random_place(dice, bytearray(len(chunks)))
        end = 8 + sum(12 + len(body) for _, body in chunks[: number + 1])
        content[min(end, len(content)) - 1 - dice.randrange(4)] ^= 0x10
    return content


def _jpeg_segment(dice: random.Random, content: bytearray) -> bytearray:
    """Put in metadata that is garbage, very long, or very many."""

    def segment(marker: int, body: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body

    directory = struct.pack("<H", 5000) + b"".join(
        struct.pack("<HHII", tag, 7, 60_000, 8) for tag in range(5000)
    )
    hostile = [
        segment(0xE1, b"Exif\0\0" + dice.randbytes(200)),
        segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0" + directory),
        segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\1" + struct.pack(">HHIHH", 0x0112, 3, 1, 77, 0)),
        segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\1" + struct.pack(">HHII", 0x0112, 2, 1, 0x36000000)),
        segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xff"),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + b"<x " * 1000),
        segment(0xE2, b"ICC_PROFILE\0\1\2" + dice.randbytes(500)),
        segment(0xE2, b"ICC_PROFILE\0\1\1" + dice.randbytes(500)),
        segment(0xE2, b"MPF\0II*\0\x08\0\0\0" + dice.randbytes(80)),
        segment(0xED, b"Photoshop 3.0\0" + b"8BIM" + dice.randbytes(40)),
        segment(0xEE, b"Adobe"),
        segment(0xE0, b"JFIF\0"),
        segment(0xFE, b"\0\xff" * 30_000),
        segment(0xE5, b"") * 20_000,
        b"\xff" * 100_000,
    ]
    content[2:2] = dice.choice(hostile)
    return content


def _jpeg_scans(dice: random.Random, content: bytearray) -> bytearray:
    """Repeat the last scan many times: each is a pass over the picture."""
    at = content.rfind(b"\xff\xda")
    if at >= 0 and content.endswith(b"\xff\xd9"):
        content = content[:-2] + content[at:-2] * dice.choice((2, 300)) + b"\xff\xd9"
    return content


DAMAGES: dict[str, Damage] = {
    "flips": flip_bits,
    "cut": cut_off,
    "appended": _append,
    "filled": _fill,
    "doubled": _double,
    "dropped": _drop,
    "header": _put_number,
    "png body": _png_body,
    "png chunk": _png_chunk,
    "wrong checksum": _wrong_checksum,
    "jpeg segment": _jpeg_segment,
    "jpeg scans": _jpeg_scans,
}
"""What is done to a file, by name."""

FITTING = {
    "png body": b"\x89PNG\r\n\x1a\n",
    "png chunk": b"\x89PNG\r\n\x1a\n",
    "wrong checksum": b"\x89PNG\r\n\x1a\n",
    "jpeg segment": b"\xff\xd8",
    "jpeg scans": b"\xff\xd8",
}
"""How a file begins that such a damage is meant for."""
