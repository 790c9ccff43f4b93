"""Damaged and foreign pictures: read as what they show, or refused in one sentence."""

from __future__ import annotations

import io
import os
import random
import resource
import struct
import tempfile
import time
import warnings
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image, ImageOps
from tests.campaigns.tally import Tally
from tests.pixels.picture_files import READ, REFUSED, expected, join_png, split_png, whole_file

from attrimeter.errors import ImageError
from attrimeter.pixels import MAX_PIXELS, as_image

LONGEST = 500
"""Characters of an error, without the path in it."""

MOST_SECONDS = 60
MOST_MEMORY = 1_000_000
"""Kilobytes by which one picture may raise the peak of the process."""

Array = np.ndarray[Any, np.dtype[Any]]
Damage = Callable[[random.Random, bytearray], bytearray]


def run(size: int, seed: int, folder: Path) -> Tally:
    """Read ``size`` pictures, each made from a whole one by up to three damages.

    Faults: an exception that is not the project's; a message that is long or no single line; a warning, or a
    word on standard error; other pixels than the whole file's where the damage cannot have changed them, and
    elsewhere others than a second way through Pillow gives; a minute, or a gigabyte, for one picture.
    """
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    place = folder / "picture.bin"
    with _stderr_in_file() as said:
        for number in range(size):
            dice = random.Random(f"{seed} {number}")
            content, made, whole = make(dice)
            place.write_bytes(content)
            outcome = _judge(place, content, whole, said)
            if outcome.startswith("fault"):
                faults.append(f"case {number} of seed {seed} ({made}): {outcome}")
                outcome = "fault"
            outcomes[outcome] += 1
    return Tally("pictures", size, dict(outcomes), faults)


def make(dice: random.Random) -> tuple[bytes, str, str | None]:
    """The bytes of one case, what it is, and the kind whose pixels it must give if it gives any."""
    kind = dice.choice([*READ, *READ, *REFUSED])
    content, names = bytearray(whole_file(kind)), []
    harmless = True
    for _ in range(dice.choice((0, 1, 1, 1, 2, 3))):
        name = dice.choice(sorted(DAMAGES))
        if name in FITTING and not content.startswith(FITTING[name]):
            name = "cut"
        content = DAMAGES[name](dice, content)
        harmless &= _is_harmless(name, names, content)
        names.append(name)
    return bytes(content), ", ".join([kind, *names]), kind if harmless else None


def _is_harmless(name: str, before: list[str], content: bytearray) -> bool:
    """Whether the file shows what it showed, or nothing: a PNG has checksums over all that it says."""
    if content.startswith(b"\x89PNG"):
        return not name.startswith("png")
    return name == "cut" or (name == "appended" and "cut" not in before)


def _place(dice: random.Random, content: bytearray) -> int:
    return dice.randrange(max(1, len(content)))


def _flip(dice: random.Random, content: bytearray) -> bytearray:
    for _ in range(dice.choice((1, 1, 2, 8))):
        if content:
            content[_place(dice, content)] ^= 1 << dice.randrange(8)
    return content


def _cut(dice: random.Random, content: bytearray) -> bytearray:
    return content[: _place(dice, content)]


def _append(dice: random.Random, content: bytearray) -> bytearray:
    return content + dice.choice((bytes(500), dice.randbytes(100), b"\xff\xd9", b"\0" + bytes(content)))


def _fill(dice: random.Random, content: bytearray) -> bytearray:
    at, count = _place(dice, content), dice.choice((2, 8, 64))
    content[at : at + count] = dice.choice((bytes(count), b"\xff" * count, dice.randbytes(count)))
    return content


def _double(dice: random.Random, content: bytearray) -> bytearray:
    at = _place(dice, content)
    content[at:at] = content[at : at + dice.choice((1, 12, 100))]
    return content


def _drop(dice: random.Random, content: bytearray) -> bytearray:
    at = _place(dice, content)
    del content[at : at + dice.choice((1, 4, 50))]
    return content


def _put_number(dice: random.Random, content: bytearray) -> bytearray:
    """Overwrite a number near the head, or anywhere: sizes, counts, addresses, bits."""
    at = _place(dice, content[: dice.choice((40, 80, len(content)))])
    width, order = dice.choice((2, 4)), dice.choice("<>")
    number = dice.choice((0, 1, 7, 255, 4096, 5000, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1))
    content[at : at + width] = struct.pack(f"{order}I", number)[:width]
    return content


def _png_body(dice: random.Random, content: bytearray) -> bytearray:
    """Damage what a chunk says and give it a checksum that fits, so that the decoder meets it."""
    chunks = split_png(bytes(content))
    if not chunks:
        return content
    number = _place(dice, bytearray(len(chunks)))
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
    return dice.choice((_flip, _flip, _cut, _append, _fill))(dice, body)


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
        number = _place(dice, bytearray(len(chunks)))
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
    "flips": _flip,
    "cut": _cut,
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


@contextmanager
def _stderr_in_file() -> Iterator[IO[bytes]]:
    """Let what C libraries say on standard error go to a file."""
    with tempfile.TemporaryFile() as said:
        kept = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            yield said
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _judge(place: Path, content: bytes, kind: str | None, said: IO[bytes]) -> str:
    start, peak = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    words = os.fstat(said.fileno()).st_size
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        image, outcome = _read(place)
    if warned:
        return f"fault: the warning {str(warned[0].message)[:200]}"
    if os.fstat(said.fileno()).st_size > words:
        said.seek(words)
        return f"fault: on standard error {said.read(200)!r}"
    if time.monotonic() - start > MOST_SECONDS:
        return f"fault: {time.monotonic() - start:.0f} seconds"
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak > MOST_MEMORY:
        return "fault: more than a gigabyte of memory"
    if image is None:
        return outcome
    if kind is not None:
        whole = expected(kind)
        return "read" if whole is not None and np.array_equal(image, whole) else "fault: other pixels"
    second = _read_again(content)
    return (
        "read, damaged"
        if second is None or np.array_equal(image, second)
        else "fault: two ways, two pictures"
    )


def _read(place: Path) -> tuple[Array | None, str]:
    try:
        image = as_image(place)
    except ImageError as error:
        said = str(error).replace(str(place), place.name)
        if len(said) > LONGEST or not said.isprintable():
            return None, f"fault: no clear sentence of {len(said)} characters: {said[:200]!r}"
        return None, "refused"
    except Exception as error:
        return None, f"fault: {type(error).__name__}: {str(error)[:300]}"
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or image.size > 3 * MAX_PIXELS:
        return None, f"fault: {image.dtype} of shape {image.shape}"
    return image, "read"


def _read_again(content: bytes) -> Array | None:
    with warnings.catch_warnings(action="ignore"):
        try:
            return np.array(ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB"))
        except Exception:
            return None
